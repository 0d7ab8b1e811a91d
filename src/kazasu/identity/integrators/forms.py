"""The registration's form: the same rules as for programs, said beside the field that they concern."""

import json
from collections.abc import Collection
from typing import Annotated, Any, Final

from pydantic import AfterValidator
from starlette.requests import Request

from kazasu.foundation.text import LANGUAGES, Text
from kazasu.foundation.values.typed.web_addresses import web_address
from kazasu.foundation.web.acting.kept import FieldError, Invalid
from kazasu.foundation.web.forms import (
    NOT_A_WEB_ADDRESS,
    PLAIN,
    Form,
    Shown,
    WebAddress,
    Wrong,
    asked,
    of_lines,
    one_of,
)
from kazasu.identity import scopes
from kazasu.identity.clients.addresses import fits_application, unfit
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


NO_KEYS: Final = Text(
    "公開鍵を貼るか、その置き場所（jwks_uri）を書いてください。どちらか一方です",
    "Paste your public keys, or say at which address they lie (jwks_uri): one of the two",
)
OWN_SCHEME: Final = Text(
    "アプリだけのアドレスです。下の「端末のアプリ」を選ぶか、https にしてください",
    "This is an address of an application: choose “An application on people's own devices” below, or use https",
)


def _addresses(typed: str) -> str:
    def wrong(one: str) -> Text | None:
        return None if web_address(one) or fits_application(one) else NOT_A_WEB_ADDRESS

    if found := of_lines(typed, wrong):
        raise Wrong(found)
    return typed


Addresses = Annotated[str, AfterValidator(_addresses), PLAIN]
"""Of the web, or of an application (RFC 8252), one a line."""


class PartyForm(Form):
    name_ja: str = asked("サービスの名前（日本語）", "Name of the service in Japanese", most=60)
    name: str = asked("サービスの名前（英語）", "Name of the service in English", most=60)
    redirect_uris: Addresses = asked(
        "戻り先のアドレス", "Redirect addresses", most=2000, lines=True
    )
    logout_uris: Addresses = asked(
        "サインアウト後の戻り先", "Where to go after sign-out", default="", most=2000, lines=True
    )
    jwks: str = asked("公開鍵（JWKS）", "Public keys (JWKS)", default="", most=20_000, lines=True)
    jwks_uri: WebAddress = asked(
        "公開鍵の置き場所（jwks_uri）",
        "Address of the public keys (jwks_uri)",
        default="",
        most=255,
    )
    native: bool = asked("端末のアプリ", "An application on people's own devices", default=False)
    rs256: bool = asked(
        "IDトークンの署名を RS256 にする", "ID tokens signed with RS256", default=False
    )
    compat: bool = asked("互換モード", "Compatibility mode", default=False)
    items: list[Annotated[str, one_of(ITEMS)]] = asked(
        "受け取る項目と、その目的", "Items, and what each is for", default=[]
    )
    purpose: dict[str, str] = asked("目的", "Purpose", default={})
    """By item and language: ``name-ja``."""
    backchannel_logout_uri: WebAddress = asked(
        "サインアウトを知らせるアドレス", "Address for back-channel logout", default="", most=255
    )
    events_uri: WebAddress = asked(
        "出来事を知らせるアドレス", "Address for security events", default="", most=255
    )
    contact: str = asked("連絡先", "Contact", default="", most=200)

    @classmethod
    def label_of(cls, place: str, label: Text, /) -> Text:
        """Of a purpose: which item's, in which language."""
        item, _, language = place.removeprefix("purpose-").rpartition("-")
        if not place.startswith("purpose-") or item not in LEARNS:
            return label
        tongue = {"ja": Text("日本語", "in Japanese"), "en": Text("英語", "in English")}[language]
        return Text(
            f"{LEARNS[item].ja}の目的（{tongue.ja}）",
            f"Purpose of “{LEARNS[item].en}”, {tongue.en}",
        )

    def purposes(self) -> dict[str, list[str]]:
        """Typed purposes of the chosen items; both languages empty: none."""
        found = {}
        for item in self.items:
            words = [self.purpose.get(f"{item}-{language}", "") for language in LANGUAGES]
            if any(words):
                found[item] = words
        return found

    def check_addresses(self, *, sandbox: bool, inside: Collection[str] = ()) -> None:
        """Each field's lines that may not be registered, with what to change. Raises Invalid."""

        def wrong(uri: str) -> Text | None:
            if fits_application(uri) and (self.native or web_address(uri) is None):
                return None if self.native else OWN_SCHEME
            return unfit(uri, sandbox=sandbox, inside=inside)

        labels = type(self).questions()
        found = [(name, of_lines(getattr(self, name), wrong)) for name in _ADDRESSES]
        if errors := [FieldError(name, labels[name], said) for name, said in found if said]:
            raise Invalid(*errors)

    def registration(self, **more: Any) -> Registration:
        """The registration as for programs. Raises Invalid."""
        if bool(self.jwks.strip()) == bool(self.jwks_uri):
            raise self.wrong("jwks", NO_KEYS)
        try:
            given = {
                "client_name": self.name,
                "client_name#ja": self.name_ja,
                "redirect_uris": self.redirect_uris.split(),
                "post_logout_redirect_uris": self.logout_uris.split(),
                "jwks": json.loads(self.jwks) if self.jwks.strip() else None,
                "jwks_uri": self.jwks_uri,
                "application_type": "native" if self.native else "web",
                "id_token_signed_response_alg": "RS256" if self.rs256 else "ES256",
                "compat": self.compat,
                "scope": " ".join(["openid", *self.items]),
                "purposes": self.purposes(),
                "backchannel_logout_uri": self.backchannel_logout_uri,
                "events_uri": self.events_uri,
                "contact": self.contact,
            } | more
            return Registration.model_validate(given)
        except (ValueError, RecursionError):  # no JSON, another shape, a number without an end
            raise self.wrong("jwks", NOT_JSON) from None

    def refused(self, error: OAuthError) -> Invalid:
        """To be raised: a refusal of the register, beside the field that it is about."""
        name = _FIELDS.get(error.member, error.member)
        return self.wrong(
            name if name in type(self).model_fields else "redirect_uris", error.fault.hint
        )


_ADDRESSES: Final = (
    "redirect_uris",
    "logout_uris",
    "backchannel_logout_uri",
    "events_uri",
    "jwks_uri",
)
_FIELDS: Final = {
    "client_name": "name",
    "client_name_ja": "name_ja",
    "purposes": "items",
    "scope": "items",
    "post_logout_redirect_uris": "logout_uris",
}
"""Members of a registration whose field has another name."""


def without_field(client: Client) -> dict[str, Any]:
    """Members of a registration that the form does not ask for, as they are: a change by hand leaves them."""
    return {"colour": client.colour, "require_pushed_authorization_requests": client.strict}


def filled(request: Request, client: Client, contact: str) -> Shown:
    """The form with what is registered now."""
    return PartyForm.show(
        request,
        name_ja=client.name_ja,
        name=client.name_en,
        redirect_uris="\n".join(client.redirect_uris),
        logout_uris="\n".join(client.logout_uris),
        jwks="" if client.jwks_uri else json.dumps(client.keys, indent=1),
        jwks_uri=client.jwks_uri,
        native=client.native,
        rs256=client.id_token_alg == "RS256",  # noqa: S105
        compat=client.compat,
        items=list(client.scopes),
        backchannel_logout_uri=client.backchannel_logout_uri,
        events_uri=client.events_uri,
        contact=contact,
    )


def typed_purposes(request: Request, client: Client | None) -> dict[str, list[str]]:
    """By item: what stands in its two fields now."""
    typed = request.state.kept.values
    if typed:
        return {i: [typed.get(f"purpose-{i}-{one}", "") for one in LANGUAGES] for i in ITEMS}
    known = (client.purposes if client else None) or {}
    return {item: known.get(item, ["", ""]) for item in ITEMS}
