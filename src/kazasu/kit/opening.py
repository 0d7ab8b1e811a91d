"""How a room lets people sign in with their card, from what the institution declares."""

from collections.abc import Callable, Sequence

from starlette.requests import Request

from kazasu.contracts.identity import issuer_of
from kazasu.exchange.institution import Institution
from kazasu.exchange.room import RoomContext
from kazasu.foundation.web import Site
from kazasu.kit.levels import accepted, card_only
from kazasu.kit.openid import OpenId, RelyingParty
from kazasu.kit.signin import PATH, Admit, SignIn
from kazasu.kit.told.logout import logout_at


def openid_of(house: RoomContext) -> OpenId:
    """The identity service, as any party speaks to it."""
    return OpenId(issuer_of(house.directory.origin("identity")), house.http(), house.clock)


def party_of(house: RoomContext, declared: Institution) -> Callable[[str], RelyingParty]:
    """The institution as a relying party, for a tenant (empty: the only one of its kind)."""
    client = declared.client
    if client is None:
        raise TypeError(f"{declared.id}: nobody signs in, it declares no client")

    def party(tenant: str) -> RelyingParty:
        own = declared.of(tenant)
        callback = f"{house.directory.origin(own)}{PATH}/callback"
        key = house.institution(own).client_key
        return RelyingParty(client.id or own.client_id, callback, key, strict=client.strict)

    return party


def sign_in_of(
    house: RoomContext,
    declared: Institution,
    site: Site,
    *,
    action: str,
    admit: Admit,
    scopes: Sequence[str] = ("openid",),
    home: str = "/",
) -> SignIn:
    """Signing in by card at ``/signin``, at the levels that the declared ``action`` accepts, with a card alone where it says so; and signing out from afar.

    Args:
        admit: as whom the person is let in; raises Refusal for somebody who is not.
        home: where who signed in goes when nothing else was asked for.
    """
    party = party_of(house, declared)

    def here(request: Request) -> RelyingParty:
        return party(request.state.tenant)

    openid = openid_of(house)
    logout_at(site, openid=openid, party=here, clock=house.clock)
    return SignIn(
        site,
        openid=openid,
        party=here,
        admit=admit,
        clock=house.clock,
        scopes=scopes,
        home=home,
        levels=accepted(f"{declared.id}.{action}"),
        card_only=card_only(f"{declared.id}.{action}"),
    )
