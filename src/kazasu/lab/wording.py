"""Words of the workshop's pages that more than one of them says."""

import json
from typing import Any, Final

from kazasu.foundation.text import Text

STATES: Final = {
    "passed": Text("よし", "passed"),
    "failed": Text("ここで止まりました", "stopped here"),
    "not-reached": Text("まだ見ていません", "not reached"),
    "nothing-to-check": Text("対象なし", "nothing to check"),
}
"""Of one check."""
ENDPOINTS: Final = {
    "auth": Text("認可", "Authorization"),
    "par": Text("先に送る認可（PAR）", "Pushed authorization (PAR)"),
    "token": Text("トークン", "Token"),
    "revoke": Text("トークンの取消し", "Ending a token"),
    "introspect": Text("トークンの確認", "Asking about a token"),
    "userinfo": Text("利用者情報", "Userinfo"),
    "sign": Text("署名の手続き", "Signing transaction"),
    "latest": Text("最新の4情報", "Latest attributes"),
}


def as_text(content: Any) -> str:
    """JSON for people to read: one member a line, letters as they are."""
    return json.dumps(content, indent=1, ensure_ascii=False)
