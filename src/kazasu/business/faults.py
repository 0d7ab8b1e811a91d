"""What two businesses refuse each other when they link accounts."""

from kazasu.foundation.faults import define

BAD_LINK_MESSAGE = define("business.bad-link-message", 400,
    "口座連携の電文を検証できません（{why}）", "The account-link message does not verify ({why})",
    "署名・宛先・期限・一回性を確かめてください", "Check signature, audience, expiry and first use", who="integrator")  # fmt: skip
PARTNER_UNREACHABLE = define("business.partner-unreachable", 503,
    "相手のサービスにつながりません", "The other service cannot be reached",
    "しばらくしてからもう一度お試しください。二重にはなりません", "Please try again in a while. Nothing happens twice")  # fmt: skip
PARTNER_REFUSED = define("business.partner-refused", 409,
    "相手のサービスが受け付けませんでした: {ja}", "The other service refused: {en}",
    "{todo_ja}", "{todo_en}")  # fmt: skip
