"""What two businesses refuse each other when they link accounts."""

from kazasu.foundation.faults import define
from kazasu.foundation.text import Text

BAD_LINK_MESSAGE = define(
    "business.bad-link-message",
    400,
    Text(
        "口座連携の電文を検証できません（{why}）",
        "The account-link message does not verify ({why})",
    ),
    Text(
        "署名・宛先・期限・一回性を確かめてください",
        "Check signature, audience, expiry and first use",
    ),
    who="integrator",
)
PARTNER_UNREACHABLE = define(
    "business.partner-unreachable",
    503,
    Text("相手のサービスにつながりません", "The other service cannot be reached"),
    Text(
        "しばらくしてからもう一度お試しください。二重にはなりません",
        "Please try again in a while. Nothing happens twice",
    ),
)
PARTNER_REFUSED = define(
    "business.partner-refused",
    409,
    Text("相手のサービスが受け付けませんでした: {ja}", "The other service refused: {en}"),
    Text("{todo_ja}", "{todo_en}"),
)
