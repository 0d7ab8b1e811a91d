"""What every room is held to without having been told: the rules as functions, and the one list of who is let off.

Each rule gives sentences that say what is wrong and what to do. ``test_tables`` asks them of every room that there is,
``test_nets`` of a scratch room that breaks them one at a time.
"""

from dataclasses import dataclass

from kazasu.contracts.accesses import AccessesOf

CARRIER = {
    "audit_log", "audit_leaf", "audit_pending", "audit_checkpoint", "audit_subject", "inbox", "inbox_alarm", "outbox",
    "outbox_silence", "inquiry_log", "web_session", "security_event",
}  # fmt: skip
"""The frame's own tables, in every room alike: records, sealed letters, sessions, numbers of events."""

LET_OFF = {
    # ------------------------------------------------ unaudited: nothing of a person can be read there
    "unaudited bank.application": "what is wanted of an account, before anybody said who they are",
    "unaudited bank.journal": "keys of bookings that were made, so that none is made twice",
    "unaudited bank.link_message": "numbers of messages that were used",
    "unaudited bank.periodic": "on which day the daily work was done",
    "unaudited bank.staff_queue": "kinds of things to look at, by a random number; whose they are is behind the record",
    "unaudited pay.age_pending": "a phone's answer that is waited for: keys of minutes, no name",
    "unaudited pay.age_request": "a signed question for the first phone that comes",
    "unaudited pay.link_message": "numbers of messages that were used",
    "unaudited identity.access_token": "hashes of tokens; whose they are says the grant",
    "unaudited identity.authorization_grant": "the sign-in itself, by the service's own reference: each use of it is recorded "
    "as sign-in, refresh, release or handle; asked by the hash of a secret alone",
    "unaudited identity.authorization_request": "what a party asked for, before anybody came",
    "unaudited identity.client": "parties, not people",
    "unaudited identity.client_measure": "decisions about parties, with the operator who made them",
    "unaudited identity.client_review": "parties that ask to go live",
    "unaudited identity.delivery": "signed events on their way to the party whose they are; purged when delivered",
    "unaudited identity.id_token_key": "keys",
    "unaudited identity.operator_post": "who may open the operator's desk, by subject",
    "unaudited identity.passkey_challenge": "random numbers of minutes",
    "unaudited identity.pushed_request": "what a party asked for, before anybody came",
    "unaudited identity.refresh_token": "hashes of tokens; whose they are says the grant",
    "unaudited identity.released_attributes": "sealed to the service for minutes; opened under a record (attributes.release)",
    "unaudited identity.sign_transaction": "what a party deposited to be signed, before anybody came",
    "unaudited identity.tap": "a tap of minutes, before it says who",
    "unaudited identity.tap_answer": "sealed to the service for minutes, taken once under a record",
    "unaudited identity.used_assertion": "numbers that were used",
    "unaudited jpki.evidence": "serial numbers that were checked, for whom; whose they are is in the register, behind the record",
    "unaudited jpki.inspection": "findings of the nightly re-audit, by serial number",
    "unaudited jpki.revocation_list": "signed lists that everybody may have",
    "unaudited jpki.rogue": "certificates that nobody here issued",
    "unaudited jukinet.transfer_due": "tokens and days, so that the due ones are found without a person",
    "unaudited municipality.card_tap": "a tap of minutes at the card desk: case, token, clerk",
    "unaudited municipality.city": "the city itself",
    "unaudited municipality.office": "the city's offices",
    "unaudited municipality.visit_place": "which places are taken, by case number",
    "unaudited lab.conformance_report": "test parties' reports",
    "unaudited lab.inspected_request": "test parties' traffic of invented people",
    # ------------------------------------------------ holds a number: where the law puts it
    "number municipality.resident": "住民基本台帳法 7条8号の2: the register holds it",
    "number municipality.resident_history": "住民基本台帳法 7条8号の2: every version of the register",
}
"""``<rule> <room>.<table>`` → why this one is let off. To be on it needs a reason; who is on it needlessly is told."""

NUMBERS = ("individual_number", "my_number", "kojin_bango", "mynumber")


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
        if table.name not in CARRIER and "audited()" not in table.policies
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
        if tenants and (not table.tenant or "kazasu.tenant" not in table.policies)
    ]


def numbered(room, tables):
    """Columns for the individual number outside the two registers that the law lets hold it."""
    return [
        Finding(
            f"number {room}.{table.name}",
            f"{room}.{table.name}.{column} would hold the individual number, which the law puts elsewhere (Number Act art. 19)",
        )
        for table in tables
        for column in table.columns
        if any(word in column.lower().replace("-", "_") for word in NUMBERS)
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
