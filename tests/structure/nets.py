"""What every room is held to without having been told: the rules as functions, and the one list of who is let off.

Each rule gives sentences that say what is wrong and what to do. The contract of a room asks them of every room that there
is (``tests/contracts``), ``test_nets`` of a scratch room that breaks them one at a time.
"""

import ast
import importlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path

from kazasu.contracts.accesses import AccessesOf
from tests.support.sources import tree_of

CARRIER = {
    "audit_log", "audit_leaf", "audit_pending", "audit_checkpoint", "audit_subject", "inbox", "inbox_alarm", "outbox",
    "outbox_silence", "inquiry_log", "web_session", "web_sign_in", "security_event",
    "opinion", "alarm", "alarm_shown", "alarm_usual",
}  # fmt: skip
"""The frame's own tables, in every room alike: records, sealed letters, sessions, opinions of nobody, numbers of events, alarms with
what they count: whom a post was shown, as the audit names them, for two hours."""

OF_THE_PROCESS = {"clock_seen"}
"""In every room alike, and no tenant's: the latest present that a process of the house told."""

LET_OFF = {
    # ------------------------------------------------ unaudited: nothing of a person can be read there
    "unaudited bank.application": "what is wanted of an account, before anybody said who they are",
    "unaudited bank.journal": "keys of bookings that were made, so that none is made twice",
    "unaudited bank.link_message": "numbers of messages that were used",
    "unaudited bank.periodic": "on which day the daily work was done",
    "unaudited bank.staff_queue": "kinds of things to look at, by a random number; whose they are is behind the record",
    "unaudited pay.age_pending": "a phone's answer that is waited for: keys of minutes, no name",
    "unaudited pay.age_request": "a signed question for the first phone that comes",
    "unaudited pay.till_payment": "a shop's receipts: number, amount, time; the customer's side is another table, behind the record",
    "unaudited pay.ended_link": "numbers of links that the bank ended before they were known here; whose they were to be nobody knows",
    "unaudited pay.link_message": "numbers of messages that were used",
    "unaudited municipality.certificate_copy": "which cities besides the planned one asked for a case's data: case numbers and cities",
    "unaudited identity.access_token": "hashes of tokens; whose they are says the grant",
    "unaudited identity.approved_payment": "sealed to the service; opened together with the person's own record (links.read)",
    "unaudited identity.authorization_grant": "the sign-in itself, by the service's own reference: each use of it is recorded "
    "as sign-in, refresh, release or handle; asked by the hash of a secret alone",
    "unaudited identity.authorization_request": "what a party asked for, before anybody came",
    "unaudited identity.client": "parties, not people",
    "unaudited identity.client_measure": "decisions about parties, with the operator who made them",
    "unaudited identity.client_review": "parties that ask to go live",
    "unaudited identity.delivery": "signed events on their way to the party whose they are; purged when delivered",
    "unaudited identity.delivery_silence": "which party does not answer, since when",
    "unaudited identity.id_token_key": "keys",
    "unaudited identity.operator_post": "who may open the operator's desk, by subject",
    "unaudited identity.passkey_challenge": "random numbers of minutes",
    "unaudited identity.pushed_request": "what a party asked for, before anybody came",
    "unaudited identity.refresh_token": "hashes of tokens; whose they are says the grant",
    "unaudited identity.released_attributes": "sealed to the service for minutes; opened under a record (attributes.release)",
    "unaudited identity.sign_transaction": "what a party deposited to be signed, before anybody came",
    "unaudited identity.statement_key": "public keys of the service's own",
    "unaudited jpki.modulus": "halves of public keys beside their hashes, to be multiplied; whose a key is says the certificate",
    "unaudited jpki.modulus_product": "products of thousands of them",
    "unaudited identity.tap": "a tap of minutes, before it says who",
    "unaudited identity.tap_answer": "sealed to the service for minutes, taken once under a record",
    "unaudited identity.used_assertion": "numbers that were used",
    "unaudited jpki.evidence": "serial numbers that were checked, for whom; whose they are is in the register, behind the record",
    "unaudited jpki.inspection": "findings of the nightly re-audit, by serial number",
    "unaudited jpki.revocation_list": "signed lists that everybody may have",
    "unaudited jpki.rogue": "certificates that nobody here issued",
    "unaudited jukinet.numbering_key": "the network's own key, under which numbers are spread",
    "unaudited jukinet.numbers_given": "random numbers of requests and their places; number and code follow under the key alone",
    "unaudited jukinet.transfer_due": "tokens and days, so that the due ones are found without a person",
    "unaudited jukinet.transfer_untold": "tokens alone, so that what is to be told is found without a person",
    "unaudited municipality.arrival_query": "which cities were asked of a case, and what they answered: case numbers, cities, days",
    "unaudited municipality.card_tap": "a tap of minutes at the card desk: case, token, clerk",
    "unaudited municipality.city": "the city itself",
    "unaudited municipality.number_key": "ids of keys, and since when",
    "unaudited municipality.office": "the city's offices",
    "unaudited municipality.office_plan": "how to reach a counter",
    "unaudited municipality.visit_place": "which places are taken, by case number",
    "unaudited lab.conformance_report": "test parties' reports",
    "unaudited lab.trial": "the sandbox's own test client of a party, and its key",
    "unaudited lab.trial_login": "states of a test client's logins under way",
    "unaudited lab.inspected_request": "test parties' traffic of invented people",
    # ------------------------------------------------ holds a number: where the law puts it
    "number municipality.resident": "住民基本台帳法 7条8号の2: the register holds it",
    "number municipality.arriver": "住民基本台帳法施行令 23条: the certificate data bring it to the new city",
    "number municipality.resident_history": "住民基本台帳法 7条8号の2: every version of the register",
}
"""``<rule> <room>.<table>`` → why this one is let off. To be on it needs a reason; who is on it needlessly is told."""

PEOPLE = {
    "resident_id", "applicant_id", "person_ref", "person_id", "customer_number", "wallet_id", "resident_record_code",
    "staff_id", "resident", "own_id", "holder", "patron", "member_id", "subject",
}  # fmt: skip
"""Fields that name a person in a room's own words."""
LET_OFF |= {
    # ------------------------------------------------ nameless: rows that name a person, read without naming them
    "nameless jpki.latest.store.ConsentRow": "the person's own page, or the party's question: audit_persons names them",
    "nameless jpki.latest.store.Standing": "audit_persons names them, a hundred in a row",
    "nameless jpki.latest.store.StandingWithCertificate": "audit_persons names the one",
    "nameless jpki.latest.store.StateRow": "audit_persons names them, a hundred in a row",
    "nameless jpki.latest.store.KeptCertificate": "audit_persons names the one",
    "nameless business.bank.model.Consent": "the customer is the subject; the daily look works each off by itself",
    "nameless business.bank.store.customers.Proofing": "only ever the customer's own, who is the subject",
    "nameless business.bank.store.links.LinkRequestRow": "the partner's request: before the customer agreed it is nobody's",
    "nameless municipality.conversions._Record": "everybody of a city at once, under a record that says why it names nobody",
    "nameless municipality.renewing._Record": "everybody of a city at once, under a record that says why it names nobody",
    "nameless municipality.casework.model.Holder": "a clerk at work, shown to colleagues; the case's own rows name its people",
    "nameless municipality.casework.model.Colleague": "clerks, to whom a case can be handed",
    "nameless kit.sql._Row": "the list of changes of one identifier, whose customer is the subject",
    "nameless municipality.cards.store.CardTap": "the clerk who began it; the mover's card names its holder",
}

NUMBERS = (
    "individualnumber", "mynumber", "myno", "kojinbango", "kojinno", "kojinnumber", "personalnumber", "個人番号", "マイナンバー",
)  # fmt: skip
"""Parts of a column's name, its underlines taken out. Values are looked for in a whole played country
(``tests/stories/test_numbers_at_rest.py``), and where a number leaves its type (``nets_of_sources``)."""


@dataclass(frozen=True)
class Finding:
    about: str
    """``<rule> <room>.<table>``, as :data:`LET_OFF` has it."""
    what: str

    def __str__(self):
        return self.what


def let_off(findings):
    return [one for one in findings if one.about not in LET_OFF]


def unaudited(room, tables):
    """Tables that can be read without a record of who reads what for."""
    return [
        Finding(
            f"unaudited {room}.{table.name}",
            f"{room}.{table.name} can be read without an audit row: protect('{table.name}', personal => true) in its migration, "
            f"or one line in tests/structure/nets.py LET_OFF that says why nobody is in it",
        )
        for table in tables
        if table.name not in CARRIER | OF_THE_PROCESS and "audited()" not in table.policies
    ]


def unbound(room, tables, *, tenants):
    """Tables of a room with tenants that show every tenant's rows."""
    return [
        Finding(
            f"tenant {room}.{table.name}",
            f"{room} has tenants, and {table.name} shows everybody's rows: give it the column tenant in its keys, and "
            f"protect('{table.name}', tenant => 'tenant')",
        )
        for table in tables
        if tenants
        and table.name not in OF_THE_PROCESS
        and (not table.tenant or "kazasu.tenant" not in table.policies)
    ]


def numbered(room, tables):
    """Columns for the individual number outside the two registers that the law lets hold it."""
    return [
        Finding(
            f"number {room}.{table.name}",
            f"{room}.{table.name}.{column} would hold the individual number, which the law puts elsewhere (Number Act art. 19): a handle or an "
            f"identifier of your own names the person (docs/kit.md)",
        )
        for table in tables
        for column in table.columns
        if any(word in re.sub("[-_ ]", "", column.lower()) for word in NUMBERS)
    ]


def unprotected(room, tables):
    return [
        Finding(
            f"protect {room}.{table.name}",
            f"{room}.{table.name} has no row level security: SELECT protect('{table.name}', …) after its CREATE TABLE",
        )
        for table in tables
        if not table.forced or not table.policies
    ]


def table_findings(room, tables, *, tenants):
    """All that these rules have against a room's tables."""
    return [
        *unprotected(room, tables),
        *unaudited(room, tables),
        *unbound(room, tables, tenants=tenants),
        *numbered(room, tables),
    ]


def silent_about_who_looked(name, room, tables):
    """A room with personal tables that does not answer the resident who asks who looked."""
    keeps = [table.name for table in tables if "audited()" in table.policies]
    if not keeps or (room is not None and AccessesOf in room.inquiries):
        return []
    return [
        Finding(
            f"who-looked {name}",
            f"{name} keeps {', '.join(keeps)} and answers nobody who looked: open it by exchange.opening.room_of, and "
            f"declare it without stateless",
        )
    ]


# ---------------------------------------------------------------- sources


def trees(source: Path) -> Mapping[Path, ast.Module]:
    """All modules under this folder, by their path in it."""
    return {path.relative_to(source): tree_of(path) for path in sorted(source.rglob("*.py"))}


_JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")


def _in_one_language(node) -> bool:
    """Does this bring words of one language: written there, or taken out of a Text?"""
    return any(
        (
            isinstance(one, ast.Constant)
            and isinstance(one.value, str)
            and _JAPANESE.search(one.value)
        )
        or (isinstance(one, ast.Attribute) and one.attr in ("ja", "en"))
        for one in ast.walk(node)
    )


def reasons_in_one_language(modules: Mapping[Path, ast.Module]):
    """What an access record is given as its reason, and a resident reads, is a Text but for what a person typed: neither words nor a property that
    makes a ``str`` of words."""
    words = {
        (path.parts[:2], one.name)
        for path, tree in modules.items()
        for one in ast.walk(tree)
        if isinstance(one, ast.FunctionDef)
        and isinstance(one.returns, ast.Name)
        and one.returns.id == "str"
        and any(_in_one_language(line) for line in one.body[bool(ast.get_docstring(one)) :])
    }
    for path, tree in modules.items():
        for call in ast.walk(tree):
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in ("act", "by", "access")):  # fmt: skip
                continue
            for said in call.keywords:
                if said.arg != "reason":
                    continue
                used = said.value
                text = isinstance(used, ast.Call) and isinstance(used.func, ast.Name) and used.func.id == "Text"  # fmt: skip
                named = {one.attr for one in ast.walk(used) if isinstance(one, ast.Attribute)}
                if not text and (_in_one_language(used) or any((path.parts[:2], one) in words for one in named)):  # fmt: skip
                    yield f"{path}:{call.lineno}: a reason in one language: give a Text, which is read in both"


FRAME = {"exchange", "kit", "app", "contracts"}


def undeclared(source: Path, declared):
    """Packages with a room that the street does not know."""
    rooms = {
        str(file.parent.relative_to(source)).replace("/", ".")
        for file in source.rglob("room.py")
        if file.relative_to(source).parts[0] not in FRAME
    }
    return [
        Finding(
            f"street {room}",
            f"{room}/room.py is in no street: put institution.py with INSTITUTION = Institution(…) beside it",
        )
        for room in sorted(rooms - set(declared))
    ]


def records_by_hand(modules: Mapping[Path, ast.Module]):
    """Audit rows that are no action's."""
    return [
        Finding(
            f"by-hand {path}",
            f"{path}:{node.lineno} makes an audit row by hand: declare an action (kazasu.foundation.actions) and use its .by(…)",
        )
        for path, tree in modules.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") in {"Access", "Duty"}
        and str(path) not in {"foundation/actions.py", "kit/staff.py"}
    ]


def rows_read(modules: Mapping[Path, ast.Module]):
    """Dataclasses that statements are read into: ``module.Name`` → class."""
    found = {}
    for path, tree in modules.items():
        module = ".".join(("kazasu", *path.with_suffix("").parts)).removesuffix(".__init__")
        for node in ast.walk(tree):
            match node:
                case ast.Call(
                    func=ast.Attribute(attr="all" | "maybe" | "one"),
                    args=[ast.Name(id=name), _, *_],
                ):
                    cls = getattr(importlib.import_module(module), name, None)
                    if isinstance(cls, type) and is_dataclass(cls):
                        found[f"{cls.__module__}.{name}".removeprefix("kazasu.")] = cls
    return found


def nameless(modules: Mapping[Path, ast.Module]):
    """Rows that name a person and do not say so: whoever is read would be named in no record."""
    return [
        Finding(
            f"nameless {name}",
            f'{name} names a person: give it PERSON: ClassVar = "<the field>", or one line in tests/structure/nets.py LET_OFF',
        )
        for name, cls in rows_read(modules).items()
        if PEOPLE & {one.name for one in fields(cls)} and not getattr(cls, "PERSON", "")
    ]


def misdeclared(actions, institutions):
    """Actions of a room that is not, or of a role that nobody can hold."""
    rooms = {one.schema for one in institutions} | {"exchange", "kit", "society"}
    roles = {role for one in institutions for role in one.staff}
    return [
        Finding(
            f"action {one.name}",
            f"{one.name}: its first part is no room; name it <room>.<thing>.<verb>",
        )
        for one in actions
        if one.room not in rooms
    ] + [
        Finding(
            f"action {one.name}",
            f"{one.name} needs the role {one.role}, which no institution gives: staff=(…) in institution.py",
        )
        for one in actions
        if set(one.roles) - roles
    ]
