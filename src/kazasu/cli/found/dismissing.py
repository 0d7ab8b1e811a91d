"""``found dismiss``: a member of staff, or an operator of the identity service, has no post any more.

It holds at once, also for who is signed in: each act asks for the post as it is written then, and their sessions at the desk
end in the same transaction. What they did stays in the records under their number.
"""

import argparse
from typing import Final

from kazasu.cli.card.card_selection import Verbs, add_verb
from kazasu.cli.found.place import in_production, place_of
from kazasu.cli.options import settings_from
from kazasu.cli.output.refusals import BAD_CHARTER, NO_POST
from kazasu.cli.output.speech import cause, say
from kazasu.contracts.base import InstitutionId
from kazasu.exchange.street import institution, street
from kazasu.foundation.actions import action
from kazasu.foundation.audit import Access
from kazasu.foundation.database import Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.web.sessions import end_sessions
from kazasu.identity import founding as identity
from kazasu.identity.operators.pages import KIND as OPERATOR
from kazasu.kit import staff

_OPERATORS: Final = "identity"
"""Its posts are of operators, by their subject; elsewhere they are of staff, by their number."""
DISMISSED: Final = {
    one.schema: action(
        f"{one.schema}.post.ended", "system", Text("職員の任を解く", "Ending of a post"),
        itself="founding",
    )
    for one in street()
    if one.staff or one.id == _OPERATORS
}  # fmt: skip


def configure(verbs: Verbs) -> None:
    dismiss = add_verb(
        verbs, "dismiss", Text("職員や運用者の任を解く", "end the post of a member of staff, or of an operator"), _dismiss
    )  # fmt: skip
    dismiss.add_argument("institution", help="機関 / institution: city:141003, bank, identity, …")
    dismiss.add_argument(
        "who", help="staff_id; identity: 運用者の番号 / the number of the operator"
    )


def _dismiss(arguments: argparse.Namespace) -> int:
    """Raises Refusal ``cli.no-post``, ``cli.bad-charter``."""
    settings = in_production(settings_from(arguments))
    at = _with_posts(arguments.institution)
    with place_of(settings, at) as place:
        place.database.run(
            "found.dismiss",
            lambda tx: end_post(tx, at, arguments.who),
            tenant=at.tenant,
            access=record_of(at, arguments.who),
        )
    say(
        Text("{at}: {who} の任を解きました。", "{at}: the post of {who} has ended."),
        at=at,
        who=arguments.who,
    )
    return 0


def record_of(at: InstitutionId, who: str) -> Access:
    return DISMISSED[institution(at.kind).schema].by(subjects=[who])


def end_post(tx: Transaction, at: InstitutionId, who: str) -> None:
    """Raises Refusal ``cli.no-post``, which takes the record back too: nothing was done."""
    operators = at.kind == _OPERATORS
    end = identity.dismiss if operators else staff.dismiss
    if not end(tx, who):
        raise Refusal(NO_POST, institution=at, who=who)
    # A page that needs no record, such as the desk's own frame, would stay open to them until the session ends by itself.
    end_sessions(tx, OPERATOR if operators else staff.KIND, who)


def _with_posts(given: str) -> InstitutionId:
    try:
        at = InstitutionId(given)
        if institution(at.kind).schema not in DISMISSED:
            raise ValueError("it has no desk")
    except (ValueError, KeyError) as error:
        raise Refusal(BAD_CHARTER, file=given, why=cause(error)) from None
    return at
