"""What a private party is given of a signature: a statement of this service, which it can show to others and verify off-line.

Never the signature itself: the card signs by PKCS#1 v1.5, so one document at two parties has the same bytes, and of two
documents anybody computes the modulus; two parties would join their customers (ADR 22). Nor words of J-LIS about the
certificate: until when it is valid is a date of the person's own.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from kazasu.contracts.jpki.validation import ReverifyStep
from kazasu.foundation.text import Text
from kazasu.identity import model

TYP: Final = "kazasu-signature-evidence+jws"

_OTHER_STEP: Final = Text("そのほかの確認", "A further check")
_STEPS: Final[Mapping[str, Text]] = {
    "certificate": Text("証明書を読めること", "The certificate reads"),
    "content": Text("署名されたものと同じであること", "It is what was signed"),
    "issuer": Text("証明書の発行者を確認", "Issuer of the certificate"),
    "profile": Text("プロファイルのすべての規則", "Every rule of the profile"),
    "purpose": Text("用途とポリシーを確認", "Purpose and policy"),
    "signature": Text("署名を証明書の公開鍵で検証", "The signature verifies with the certificate's key"),
    "time": Text("有効期間内であることを確認", "Within its validity"),
    "status": Text("発行の記録があり、失効していないことを確認", "Recorded as issued, and not revoked"),
}  # fmt: skip
_GOOD: Final = Text("署名したときに有効な署名でした", "The signature was good when it was made")
_NOT_GOOD: Final = Text("署名を確認できませんでした", "The signature could not be confirmed")
AUTHENTICATED: Final = (
    Text(
        "利用者証明用の鍵（JPKI AP の EF 17）で署名",
        "Signed with the user-authentication key (JPKI AP, EF 17)",
    ),
    Text(
        "公的個人認証法 36条・38条による利用者証明の確認",
        "Confirmed under the JPKI Act, articles 36 and 38",
    ),
)
SIGNED: Final = (
    Text("署名用の鍵（JPKI AP の EF 1A）で署名", "Signed with the signing key (JPKI AP, EF 1A)"),
    Text("公的個人認証法 17条による署名の検証", "Verified under the JPKI Act, article 17"),
)
_PASSKEY: Final = Text(
    "登録されたパスキーが、この確認だけのための問いに署名",
    "A registered passkey signed a challenge made for this alone",
)


def rounded(at: datetime) -> datetime:
    """The beginning of its minute: finer times name one act among all that happened."""
    return at.replace(second=0, microsecond=0)


def claims(
    *, issuer: str, party: str, subject: str, evidence_id: str, digest: str, method: str,
    checked_at: datetime, signed_at: datetime, good: bool, now: datetime,
) -> dict[str, Any]:  # fmt: skip
    """Claims of a statement (JWS, ``typ`` :data:`TYP`). Times are NumericDates of whole minutes; ``digest`` hex SHA-256."""
    return {
        "iss": issuer,
        "aud": party,
        "sub": subject,
        "jti": evidence_id,
        "iat": _number(now),
        "document_sha256": digest,
        "acr": model.AAL3,
        "verdict": "good" if good else "not-confirmed",
        "status": {"method": method, "at": _number(checked_at)},
        "signed_at": _number(signed_at),
    }


def sentence(*, good: bool) -> dict[str, str]:
    said = _GOOD if good else _NOT_GOOD
    return {"ja": said.ja, "en": said.en}


def step(found: ReverifyStep) -> dict[str, Any]:
    """A step of J-LIS's in words that say nothing of this one certificate."""
    said = _STEPS.get(found.name, _OTHER_STEP)
    return {"name": found.name, "ja": said.ja, "en": said.en, "good": found.good, "fault": found.fault}  # fmt: skip


def how_proven(evidence_id: str, *, passkey: bool, signs: bool) -> list[dict[str, str]]:
    """The steps of a proof, as a private party may read them: what is looked at each time, and nothing of this one certificate."""
    key, clause = SIGNED if signs else AUTHENTICATED
    looked_at = [_STEPS[name] for name in ("issuer", "purpose", "signature", "time", "status")]
    return [
        {"ja": one.ja, "en": one.en, "evidence": evidence_id}
        for one in ([_PASSKEY] if passkey else [key, *looked_at, clause])
    ]


def _number(at: datetime) -> int:
    return int(rounded(at).timestamp())
