"""The registration's form: the same rules as for programs, said beside the field that they concern."""

import json
from typing import Any, Final

import wtforms
from pydantic import ValidationError
from starlette.requests import Request

from kazasu.foundation.text import Text
from kazasu.foundation.web.forms import Form, MaxLength, Required
from kazasu.identity import scopes
from kazasu.identity.clients.model import Client, Registration
from kazasu.identity.oauth.model import OAuthError

ITEMS: Final = (*scopes.ATTRIBUTES, scopes.AGE, "sign", scopes.OFFLINE, scopes.LATEST)
LEARNS: Final = {
    **scopes.LEARNS,
    scopes.LATEST: Text("本人の同意のもとで、最新の氏名・住所など", "Latest name, address and so on, with the person's consent"),
}  # fmt: skip
NOT_JSON: Final = Text(
    '{"keys": […]} の形の JSON を貼ってください', 'Paste JSON of the form {"keys": […]}'
)


class PartyForm(Form):
    name_ja = wtforms.StringField(validators=[Required(), MaxLength(60)])
    name = wtforms.StringField(validators=[Required(), MaxLength(60)])
    redirect_uris = wtforms.StringField(validators=[Required(), MaxLength(2000)])
    logout_uris = wtforms.StringField(validators=[MaxLength(2000)])
    jwks = wtforms.StringField(validators=[Required(), MaxLength(20_000)])
    items = wtforms.SelectMultipleField(choices=list(ITEMS))
    backchannel_logout_uri = wtforms.StringField(validators=[MaxLength(255)])
    events_uri = wtforms.StringField(validators=[MaxLength(255)])
    contact = wtforms.StringField(validators=[MaxLength(200)])

    def purposes(self, request: Request) -> dict[str, list[str]]:
        """Typed purposes of the chosen items; both languages empty: none."""
        found = {}
        for item in self.items.data or ():
            words = [_typed(request, item, language) for language in ("ja", "en")]
            if any(words):
                found[item] = words
        return found

    def registration(self, request: Request, **more: Any) -> Registration | None:
        """The registration as for programs; None with the errors on their fields."""
        try:
            jwks = json.loads(self.jwks.data)
            given = {
                "client_name": self.name.data,
                "client_name#ja": self.name_ja.data,
                "redirect_uris": self.redirect_uris.data.split(),
                "post_logout_redirect_uris": (self.logout_uris.data or "").split(),
                "jwks": jwks,
                "scope": " ".join(["openid", *(self.items.data or ())]),
                "purposes": self.purposes(request),
                "backchannel_logout_uri": (self.backchannel_logout_uri.data or "").strip(),
                "events_uri": (self.events_uri.data or "").strip(),
                "contact": self.contact.data or "",
            } | more
            return Registration.model_validate(given)
        except (json.JSONDecodeError, ValidationError):
            self.fail(self.jwks, NOT_JSON)
            return None

    def refuse(self, error: OAuthError) -> None:
        """Say a refusal of the register beside the field that it is about."""
        name = _FIELDS.get(error.member, error.member)
        self.fail(self._fields.get(name, self.redirect_uris), error.fault.hint)


_FIELDS: Final = {
    "client_name": "name",
    "client_name_ja": "name_ja",
    "purposes": "items",
    "scope": "items",
    "post_logout_redirect_uris": "logout_uris",
}
"""Members of a registration whose field has another name."""


def filled(request: Request, client: Client, contact: str) -> PartyForm:
    """The form with what is registered now."""
    return PartyForm(
        request,
        name_ja=client.name_ja,
        name=client.name_en,
        redirect_uris="\n".join(client.redirect_uris),
        logout_uris="\n".join(client.logout_uris),
        jwks=json.dumps(client.keys, indent=1),
        items=list(client.scopes),
        backchannel_logout_uri=client.backchannel_logout_uri,
        events_uri=client.events_uri,
        contact=contact,
    )


def typed_purposes(request: Request, client: Client | None) -> dict[str, list[str]]:
    """By item: what stands in its two fields now."""
    if request.method == "POST":
        return {i: [_typed(request, i, "ja"), _typed(request, i, "en")] for i in ITEMS}
    known = (client.purposes if client else None) or {}
    return {item: known.get(item, ["", ""]) for item in ITEMS}


def _typed(request: Request, item: str, language: str) -> str:
    return str(request.state.form.get(f"purpose-{item}-{language}", "")).strip()
