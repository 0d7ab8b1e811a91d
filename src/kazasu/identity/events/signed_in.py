"""Where somebody is signed in ends here: at the service itself in the same transaction, at its parties by their back channel.

Whatever ends sign-ins calls this and nothing else: signing out everywhere, a card that was lost, a link or a consent
that its person ended.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kazasu.foundation.database import Transaction
from kazasu.foundation.web.sessions import end_card_sessions
from kazasu.identity.consents import store
from kazasu.identity.consents.store import Party
from kazasu.identity.events.deliveries import Deliveries
from kazasu.identity.service.context import SELF
from kazasu.identity.store import grants


@dataclass(frozen=True, slots=True)
class Begun:
    """One person's sign-ins at one party, of one browser."""

    client_id: str
    sub: str
    sids: tuple[str, ...]
    until: int
    """Seconds since 1970 until which a session may last that one of them began."""


def end_sign_ins(
    tx: Transaction,
    deliveries: Deliveries,
    person_ref: str,
    parties: Sequence[Party],
    subjects: Mapping[str, str],
    *,
    everywhere: bool = False,
) -> list[Party]:
    """End a person's tokens and sessions at these parties.

    A grant is forgotten an hour after its tap, a session may last twelve: so each party is told to end all of the
    person's sessions. One that registered itself may keep them by ``sid`` alone, and is told of each that is known.

    Args:
        subjects: as whom the parties know the person, by sector.
        everywhere: the same happens at whatever other party knows the person.

    Returns:
        Those that cannot be told: they have no back channel.
    """
    ended = store.revoke_grants(tx, person_ref, [one.client_id for one in parties])
    unreached = []
    for party in parties:
        sub = subjects[party.sector]
        if party.sector == SELF:
            end_card_sessions(tx, sub)
        elif not party.backchannel_logout_uri:
            unreached.append(party)
        else:
            of_each = [one for one in ended if one.client_id == party.client_id]
            told = [(grant.sub, grant.grant_id) for grant in of_each if not party.institution]
            for whom, sid in [*told, (sub, "")]:
                if everywhere:
                    deliveries.logout_everywhere(tx, party, whom, sid)
                else:
                    deliveries.logout(tx, party.client_id, whom, sid)
    return unreached


def end_begun(
    tx: Transaction, deliveries: Deliveries, begun: Sequence[Begun], parties: Mapping[str, Party]
) -> list[Party]:
    """End these sign-ins and no other of the person: tokens, sessions here, and word to each party by its back channel.

    Several hear of it for one reason: those that could compare it are told at moments of their own, as of a sign-out everywhere.

    Args:
        parties: by their client ids; who was deleted meanwhile is none of them.

    Returns:
        Those that cannot be told.
    """
    unreached = []
    for one in begun:
        for sid in one.sids:
            grants.revoke(tx, sid)
        party = parties.get(one.client_id)
        if party is None:
            continue
        for sid in one.sids:
            if party.sector == SELF:
                end_card_sessions(tx, one.sub, sid)
            elif party.backchannel_logout_uri:
                deliveries.logout_everywhere(tx, party, one.sub, sid)
        if party.sector != SELF and not party.backchannel_logout_uri:
            unreached.append(party)
    return unreached
