"""The checks of each endpoint in their order, and where a request stopped."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from kazasu.foundation.faults import CATALOGUE
from kazasu.foundation.text import Text
from kazasu.identity.oauth import client, request, token
from kazasu.identity.oauth.model import TABLE, Check
from kazasu.lab.personas.faults import PLAYED

State = Literal["passed", "failed", "not-reached", "nothing-to-check"]
ACCESS_TOKEN: Final = Check(
    Text("アクセストークン", "The access token"), ("identity.not-authorized",)
)
DOCUMENT: Final = Check(
    Text("文書と手続きの番号", "The document and its number"),
    ("identity.bad-document", "identity.unknown-sign-transaction", "identity.not-signed"),
)
OTHER: Final = Text("そのほか", "Something else")
_CLIENT: Final = (
    client.FORM, client.ONE_OF_EACH, client.METHOD, client.KNOWN, client.SIGNATURE, client.CLAIMS,
    client.ONCE, client.NOT_SUSPENDED, client.DPOP,
)  # fmt: skip
"""Before anything else at every endpoint that takes an assertion."""
_REQUEST: Final = (
    request.PROFILE, request.STATE_NONCE, request.PKCE, request.SCOPE, request.SIGNING,
    request.APPROVED, request.BOUND,
)  # fmt: skip
STEPS: Final = {
    "auth": (
        client.ONE_OF_EACH, client.KNOWN, client.NOT_SUSPENDED, request.PUSHED, request.REDIRECT,
        *_REQUEST, PLAYED,
    ),
    "par": (*_CLIENT, request.PUSHED, request.REDIRECT, *_REQUEST),
    "token": (*_CLIENT, token.GRANT_TYPE, token.CODE, token.REDEMPTION, token.SCOPE, token.EXCHANGE),
    "revoke": (*_CLIENT, token.GIVEN_TOKEN),
    "introspect": (*_CLIENT, token.GIVEN_TOKEN),
    "userinfo": (client.ONE_TOKEN, ACCESS_TOKEN, client.DPOP),
    "sign": (client.ONE_TOKEN, ACCESS_TOKEN, client.DPOP, DOCUMENT),
    "latest": (client.ONE_TOKEN, ACCESS_TOKEN, client.DPOP),
}  # fmt: skip

FOR_PARTIES: Final[Mapping[str, Text]] = {
    "identity.unknown-client": Text(
        "登録したときの client_id を、そのまま送ってください",
        "Send the client_id of your registration to the letter",
    ),
    "identity.client-suspended": Text(
        "運用者が登録を止めています。理由を運用者に尋ねてください",
        "An operator has suspended the registration; ask them why",
    ),
    "identity.bad-redirect": Text(
        "redirect_uri を登録と一字一句同じにしてください",
        "Send a redirect_uri that is registered, to the letter",
    ),
    "identity.pushed-over": Text(
        "先に送った要求は、1分のあいだ、一つのコードのためだけに使えます。もう一度送ってください",
        "What was pushed serves for one code, within a minute: push it again",
    ),
}
"""What a party is to change where the fault's own words are for the person who met it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One check of one request, as shown."""

    title: Text
    state: State
    hint: Text | None = None


def steps_of(endpoint: str, sent: Collection[str], code: str) -> list[Step]:
    """Which checks passed, which one failed and what to change, which were not reached.

    Args:
        sent: names of parameters and headers that came.
        code: of the refusal, in OAuth's table or our catalogue; empty: there was none.
    """
    checks: tuple[Check, ...] = STEPS.get(endpoint, ())
    failed, hint = _refused(checks, code)
    steps = []
    reached = True
    for check in checks:
        if check is failed:
            steps.append(Step(check.title, "failed", hint))
            reached = False
        elif check.only_with and check.only_with not in sent:
            steps.append(Step(check.title, "nothing-to-check"))
        else:
            steps.append(Step(check.title, "passed" if reached else "not-reached"))
    return [*steps, Step(OTHER, "failed", hint)] if code and failed is None else steps


def _refused(checks: Collection[Check], code: str) -> tuple[Check | None, Text | None]:
    """The check that refused, if it is one of these, and what to change."""
    if code in TABLE:
        found = TABLE[code]
        return found.check if found.check in checks else None, found.hint
    fault = CATALOGUE.get(code)
    check = next((check for check in checks if code in check.faults), None)
    return check, FOR_PARTIES.get(code, fault.todo) if fault else None
