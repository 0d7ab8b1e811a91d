"""Paper of the city hall: documents set by typst, as PDF/A.

Names are set in IPAmj Mincho, which has the variants that names are registered with; all other text in BIZ UDGothic. A machine without them refuses
rather than print a name with a wrong letter.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst

from kazasu.foundation.faults import Refusal
from kazasu.municipality.hall.faults import NO_FONTS

FAMILIES: Final = ("IPAmjMincho", "BIZ UDGothic")
SANDBOX: Final = "体験環境 SANDBOX　本物の書類ではありません"


def printed(template: Path, document: Mapping[str, Any]) -> bytes:
    """The PDF. Raises Refusal ``municipality.no-fonts``."""
    if not families().issuperset(FAMILIES):
        raise Refusal(NO_FONTS)
    pdf: bytes = typst.compile(
        str(template), sys_inputs={"data": json.dumps(document, ensure_ascii=False)},
        pdf_standards=["a-2b"], font_paths=_fonts(),
    )  # fmt: skip
    return pdf


@cache
def _fonts() -> typst.Fonts:
    """The machine's typefaces, looked for once."""
    return typst.Fonts()


def families() -> frozenset[str]:
    return frozenset(_fonts().families())
