"""OpenID Connect, the client's half: what a relying party of the identity service sends and checks.

The profile is the service's (identity §1): code flow, PKCE S256, ``private_key_jwt`` with ES256,
``iss`` in the response (RFC 9207), pairwise subjects; for a ``strict`` party requests are pushed (RFC
9126) and tokens bound to its key (RFC 9449). Mistakes seen in public clients are ruled
out by form: state, nonce and verifier are made here, kept by the caller in :class:`Started`, and
compared here.
"""

import hashlib
import hmac
import json
import secrets
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet

from kazasu.foundation.faults import Fault, Refusal, define
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import Clock
from kazasu.foundation.time.numeric_date import instant_of
from kazasu.foundation.values.encoding import base64_text, base64url_text

_AGAIN = Text(
    "もう一度サインインしてください。入力した内容は残っています",
    "Please sign in again. What you entered is kept",
)

UNREACHABLE = define("signin.unreachable", 503,
    "本人確認のサービスにつながりません", "The identity service cannot be reached",
    "しばらくしてからもう一度お試しください", "Please try again in a while")  # fmt: skip
CANCELLED = define("signin.cancelled", 403,
    "カードでの確認は行われませんでした", "Your card was not confirmed",
    "ここには何も届いていません。カードの画面に理由が出ていたときは、その案内に従ってください。中止しただけなら、もう一度進められます", "Nothing has come here. If the card's page gave a reason, do what it says; if you only stopped, you can go on again")  # fmt: skip
CARD_LOCKED = define("signin.card-locked", 403,
    "カードの暗証番号がロックされているので、確認できませんでした", "Your card was not confirmed: a PIN of it is locked",
    "何も送られていません。お住まいの市区町村の窓口で、カードを持って行けば決め直せます（署名用パスワードだけは、コンビニの端末でもできます）。別のカードは使えます", "Nothing was sent. The counter of your city hall resets it when you bring the card (the signing password alone also at a convenience-store terminal). Another card can be used",
    easy=("カードの 暗証番号が 使えなくなっています", "何も 送っていません。市や区の 役所の 窓口に、カードを 持って行ってください。また 使えるように します"))  # fmt: skip
PASSWORD_LOCKED = define("signin.password-locked", 403,
    "署名用パスワードがロックされているので、署名できませんでした", "It was not signed: the card’s signing password is locked",
    "何も送られていません。入力した内容は残っています。お住まいの市区町村の窓口か、コンビニの端末で決め直してから、もう一度署名してください。ほかの人のカードでは署名できません", "Nothing was sent, and what you entered is kept. Have it reset at the counter of your city hall or at a convenience-store terminal, then sign again. Nobody else’s card can sign this",
    easy=("署名用パスワードが 使えなくなっています", "何も 送っていません。書いたことは 残っています。市や区の 役所の 窓口か、コンビニの 機械で、新しく してください。ほかの 人の カードは 使えません"))  # fmt: skip
CARD_EXPIRED = define("signin.card-expired", 403,
    "カードの電子証明書の期限が切れているので、確認できませんでした", "Your card was not confirmed: its certificate has expired",
    "何も送られていません。お住まいの市区町村の窓口で、新しくできます（手数料はありません）。カードを持って行ってください", "Nothing was sent. The counter of your city hall renews it, free of charge: bring the card",
    easy=("カードの 電子証明書の 期限が 終わっています", "何も 送っていません。市や区の 役所の 窓口に、カードを 持って行ってください。新しく します。お金は いりません"))  # fmt: skip
PHONE_LOCKED = define("signin.phone-locked", 403,
    "スマートフォンの暗証番号がロックされているので、確認できませんでした", "It was not confirmed: the phone’s PIN or password is locked",
    "何も送られていません。スマートフォンの「電子証明書を消す」でいったん消し、カードで入れ直すと、新しく決められます。いまは、カードを使うこともできます", "Nothing was sent. On the phone open “Delete the certificates”, delete them with your card and put new ones on it. For now you can use the card",
    easy=("スマートフォンの 暗証番号が 使えなくなっています", "何も 送っていません。スマートフォンの「電子証明書を消す」で 消してください。そのあと、カードで もう一度 入れてください。今は カードを 使えます"))  # fmt: skip
PHONE_EXPIRED = define("signin.phone-expired", 403,
    "スマートフォンの電子証明書の期限が切れているので、確認できませんでした", "It was not confirmed: the certificates on the phone have expired",
    "何も送られていません。スマートフォンの「電子証明書を消す」で消してから、カードで入れ直してください。いまは、カードを使うこともできます", "Nothing was sent. On the phone delete the certificates, then put new ones on it with your card. For now you can use the card",
    easy=("スマートフォンの 電子証明書の 期限が 終わっています", "何も 送っていません。スマートフォンの「電子証明書を消す」で 消してください。そのあと、カードで もう一度 入れてください。今は カードを 使えます"))  # fmt: skip
OF_A_CARD: Final[Mapping[str, Fault]] = {
    "card.locked": CARD_LOCKED, "card.expired": CARD_EXPIRED, "phone.locked": PHONE_LOCKED, "phone.expired": PHONE_EXPIRED,
}  # fmt: skip
"""What the service tells institutions of the state of a tap that came to nothing (``tap_failure``): what the reader has said
already, of a card that no other try mends."""
ENDED: Final = (CANCELLED, PASSWORD_LOCKED, *OF_A_CARD.values())
"""The person came back without a confirmation; nothing is wrong with the request."""
REFUSED = define("signin.refused", 403,
    "カードでの確認ができませんでした（{error}）", "Your card was not confirmed ({error})",
    *_AGAIN)  # fmt: skip
OTHER_DOCUMENT = define("signin.other-document", 409,
    "署名している間に、内容が変わりました", "What you signed was changed while you were signing",
    "その署名は使わず、先へは送っていません。今の内容を読み直して、もう一度署名してください", "That signature is not used, and was sent on to nobody. Read what it says now, and sign again",
    easy=("署名している あいだに、中身が 変わりました", "その 署名は 使いません。今の 中身を 読んで、もう一度 署名してください"))  # fmt: skip
NOT_GENUINE = define("signin.not-genuine", 403,
    "本人確認の結果を検証できません（{why}）", "The sign-in result does not verify ({why})",
    *_AGAIN, source="OpenID Connect Core 3.1.3.7; RFC 9207")  # fmt: skip
STALE = define("signin.stale", 403,
    "カードをかざしてから時間がたちました", "It has been too long since you held your card",
    *_AGAIN)  # fmt: skip
FAILED = define("signin.failed", 502,
    "本人確認のサービスが要求を受け付けません（{error}）", "The identity service does not accept the request ({error})",
    "システム担当者に連絡してください", "Tell the operator of this service", who="operator")  # fmt: skip

ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
TOKEN_EXCHANGE: Final = "urn:ietf:params:oauth:grant-type:token-exchange"  # noqa: S105
STATEMENT_TYP: Final = "kazasu-signature-evidence+jws"
ACCESS_TOKEN_TYPE: Final = "urn:ietf:params:oauth:token-type:access_token"  # noqa: S105
_SKEW = timedelta(seconds=60)


@dataclass(frozen=True)
class RelyingParty:
    """Who asks: one registered client."""

    client_id: str
    redirect_uri: str
    key: ECKey
    """Private; the public half is registered with the service."""
    strict: bool = False
    """Push requests, bind tokens to ``key``: what live private parties must do."""


@dataclass(frozen=True, slots=True)
class Started:
    """What the relying party keeps, bound to the browser, until the answer comes."""

    url: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Person:
    """A proven person, as this relying party may know them.

    ``subject`` is for this relying party alone. The attributes are empty unless their scope was
    asked for and granted.
    """

    subject: str
    acr: str
    amr: tuple[str, ...]
    auth_time: datetime
    access_token: str
    access_until: datetime
    id_token: str
    refresh_token: str = ""
    """With scope ``offline_access``; each serves once."""
    proof: str = ""
    """Number of the service's record, under which its proof can be looked up (``txn``)."""
    sid: str = ""
    """Which sign-in it was: a logout token may end this one alone."""
    name: str = ""
    address: str = ""
    birth_date: date | None = None
    sex: str = ""
    """1 male, 2 female, 9 not applicable, 0 unknown."""
    over_20: bool | None = None
    """Scope ``age_over_20``; None: it was not asked for."""
    approved: tuple[Mapping[str, Any], ...] = ()
    """What was approved beside it (``authorization_details``), as the service says."""
    resident_handle: str = ""
    """Names the person to this relying party's own institution (scope ``resident``)."""


@dataclass(frozen=True, slots=True)
class SignedEvidence:
    """That a document was signed on the card, as a private relying party keeps it: the service's statement, no signature.

    Two parties who hold raw signatures of one card find that they have the same customer. :meth:`OpenId.evidence` has
    verified the statement; anybody can again, by the keys at ``signature_statements_jwks_uri``.
    """

    statement: str
    """The JWS."""
    evidence_id: str
    """Under which the service keeps the signature, to be verified again later."""
    certificate_id: str
    """Names the certificate to this relying party alone; no serial."""
    signed_at: datetime
    """To the minute."""
    subject: str = ""
    """Who signed."""
    consent: Mapping[str, Any] = field(default_factory=dict)
    """Where the document was a consent to latest attributes: ``consent_id``, ``items`` …"""
    digest: str = ""
    """:func:`digest_of` the document; empty: what the service itself wrote (a consent)."""

    def over(self, document: bytes) -> str:
        """The statement, which is about exactly these bytes. Raises Refusal ``signin.other-document``, as :meth:`Signature.over`."""
        if self.digest != digest_of(document):
            raise Refusal(OTHER_DOCUMENT)
        return self.statement


@dataclass(frozen=True, slots=True)
class Signature:
    """A document signed on the card, for an institution that the law names as a verifier or that hands it to one.

    What it is a signature over is asked with the document: :meth:`over`.
    """

    value: str
    """Base64; of itself it proves nothing."""
    signed_at: datetime
    certificates: dict[str, str]
    """By institution: the signing certificate, encrypted to it."""
    certificate_id: str = ""
    """Names the certificate to this relying party alone; no serial."""
    evidence_id: str = ""
    """Under which the verified evidence is kept, to be verified again later."""
    consent: Mapping[str, Any] = field(default_factory=dict)
    """Where the document was a consent to latest attributes: ``consent_id``, ``items`` …"""
    digest: str = ""
    """:func:`digest_of` what this relying party had signed; empty: what the service itself wrote (a consent)."""

    def over(self, document: bytes) -> str:
        """The signature in base64, which is over exactly these bytes.

        A page that makes its document anew when the person comes back may have another one by then: something was changed in a
        second tab. Raises Refusal ``signin.other-document``.
        """
        if self.digest != digest_of(document):
            raise Refusal(OTHER_DOCUMENT)
        return self.value


def digest_of(document: bytes) -> str:
    """SHA-256, hexadecimal."""
    return hashlib.sha256(document).hexdigest()


class OpenId:
    """The identity service as its clients see it."""

    def __init__(self, issuer: str, http: httpx.Client, clock: Clock) -> None:
        self.issuer: Final = issuer
        self._http = http
        self._clock = clock
        self._lock = threading.Lock()
        self._metadata: dict[str, Any] = {}
        self._keys: KeySet | None = None

    # ------------------------------------------------------------ sign-in

    def start(
        self,
        party: RelyingParty,
        scopes: Sequence[str],
        *,
        sign_transaction_id: str = "",
        language: str = "",
        device: str = "",
        levels: Sequence[str] = (),
        hint: str = "",
        details: Sequence[Mapping[str, Any]] = (),
    ) -> Started:
        """Where to send the browser, and what to keep until it is back.

        Args:
            levels: which ``acr`` is accepted, the one to ask for first.
            device: ``phone`` offers the QR code first; ``card``: only a card itself will do, at the terminal beside this
                screen; empty: that terminal, with the choice of a phone.
            hint: ``login_hint``; means something in a sandbox only.
            details: a payment that the person approves (``authorization_details``, RFC 9396).
        """
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        challenge = hashlib.sha256(verifier.encode()).digest()
        parameters = {
            "response_type": "code",
            "client_id": party.client_id,
            "redirect_uri": party.redirect_uri,
            "scope": " ".join(scopes),
            "state": state,
            "nonce": nonce,
            "code_challenge": base64url_text(challenge),
            "code_challenge_method": "S256",
            "sign_transaction_id": sign_transaction_id,
            "ui_locales": language,
            "device": device,
            "acr_values": " ".join(levels),
            "login_hint": hint,
            "authorization_details": json.dumps(list(details), ensure_ascii=False)
            if details
            else "",
            "dpop_jkt": party.key.thumbprint() if party.strict else "",
        }
        given = {name: value for name, value in parameters.items() if value}
        if party.strict:
            pushed = self._as_client(party, "pushed_authorization_request_endpoint", **given)
            given = {"client_id": party.client_id, "request_uri": str(pushed["request_uri"])}
        query = urlencode(given)
        return Started(f"{self.metadata('authorization_endpoint')}?{query}", state, nonce, verifier)

    def finish(
        self, party: RelyingParty, started: Started, answer: Mapping[str, str], *, userinfo: bool
    ) -> Person:
        """The person, from the parameters with which the browser came back.

        Steps: 1 the answer belongs to this start, and comes from the service we asked (mix-up);
        2 code for tokens; 3 the ID token verifies; 4 userinfo, where asked, of the same subject.

        Raises:
            Refusal: ``signin.cancelled`` or what it was of :data:`OF_A_CARD`, ``signin.refused``, ``signin.not-genuine``,
                ``signin.unreachable``, ``signin.failed``.
        """
        if not hmac.compare_digest(answer.get("state", "").encode(), started.state.encode()):  # 1
            raise Refusal(NOT_GENUINE, why="state")
        if answer.get("iss") != self.issuer:
            raise Refusal(NOT_GENUINE, why="iss")
        if error := answer.get("error"):
            if error != "access_denied":
                raise Refusal(REFUSED, error=error)
            raise Refusal(OF_A_CARD.get(answer.get("tap_failure", ""), CANCELLED))
        tokens = self._token(  # 2
            party,
            grant_type="authorization_code",
            code=answer.get("code", ""),
            redirect_uri=party.redirect_uri,
            code_verifier=started.verifier,
        )
        claims = self._verified(str(tokens.get("id_token")), party, started.nonce)  # 3
        access_token = str(tokens.get("access_token"))
        if claims.get("at_hash", _half_hash(access_token)) != _half_hash(access_token):
            raise Refusal(NOT_GENUINE, why="at_hash")
        facts = self.userinfo(party, access_token, claims["sub"]) if userinfo else {}  # 4
        return self._person(tokens, claims, facts)

    def refresh(self, party: RelyingParty, refresh_token: str, subject: str) -> Person:
        """The same person, still signed in; with the next refresh token.

        Raises Refusal ``signin.stale``: the consent ended, or the token was used.
        """
        tokens = self._token(party, grant_type="refresh_token", refresh_token=refresh_token)
        claims = self._verified(str(tokens.get("id_token")), party, None)
        if claims["sub"] != subject:
            raise Refusal(NOT_GENUINE, why="sub")
        return self._person(tokens, claims, {})

    def _person(
        self, tokens: dict[str, Any], claims: dict[str, Any], facts: dict[str, Any]
    ) -> Person:
        at = instant_of(claims["auth_time"])
        if at is None:
            raise Refusal(NOT_GENUINE, why="auth_time")
        return Person(
            subject=claims["sub"],
            acr=str(claims.get("acr", "")),
            amr=tuple(claims.get("amr", ())),
            auth_time=at,
            access_token=str(tokens.get("access_token")),
            access_until=self._clock.now() + timedelta(seconds=int(tokens["expires_in"])),
            id_token=str(tokens["id_token"]),
            refresh_token=str(tokens.get("refresh_token", "")),
            proof=str(claims.get("txn", "")),
            sid=str(claims.get("sid", "")),
            name=str(facts.get("name", "")),
            address=str(facts.get("address", {}).get("formatted", "")),
            birth_date=date.fromisoformat(facts["birthdate"]) if "birthdate" in facts else None,
            sex=str(facts.get("gender", "")),
            over_20=facts.get("age_over_20"),
            approved=tuple(tokens.get("authorization_details", ())),
            resident_handle=str(facts.get("resident_handle", "")),
        )

    def sign_out_url(self, id_token: str, then: str) -> str:
        """Where the browser ends the sign-in at the service too (RP-Initiated Logout)."""
        query = urlencode({"id_token_hint": id_token, "post_logout_redirect_uri": then})
        return f"{self.metadata('end_session_endpoint')}?{query}"

    # ------------------------------------------------------------ handles and signatures

    def handle(self, party: RelyingParty, access_token: str, audience: str) -> str:
        """A handle that names the signed-in person to ``audience`` alone (RFC 8693).

        Raises Refusal ``signin.stale`` when the access token is no longer good.
        """
        answer = self._token(
            party,
            grant_type=TOKEN_EXCHANGE,
            subject_token=access_token,
            subject_token_type=ACCESS_TOKEN_TYPE,
            audience=audience,
        )
        return str(answer["access_token"])

    def open_signing(self, party: RelyingParty, document: bytes, audiences: Sequence[str]) -> str:
        """Deposit a document for signing. Returns the ``sign_transaction_id``."""
        body = {
            "document": base64_text(document),
            "audiences": list(audiences),
        }
        url = self.metadata("sign_transactions_endpoint")
        return str(self.call(party, "sign", "POST", url, json=body)["sign_transaction_id"])

    def signature(self, party: RelyingParty, sign_transaction_id: str, digest: str) -> Signature:
        """What the card signed; ``digest`` of what was deposited for it."""
        url = f"{self.metadata('sign_transactions_endpoint')}/{sign_transaction_id}/result"
        result = self.call(party, "sign", "GET", url)
        return Signature(
            value=str(result["signature"]),
            signed_at=datetime.fromisoformat(result["signed_at"]),
            certificates=dict(result["certificates"]),
            certificate_id=str(result.get("certificate_id") or ""),
            evidence_id=str(result.get("evidence_id") or ""),
            consent=dict(result.get("consent") or {}),
            digest=digest,
        )

    def evidence(
        self, party: RelyingParty, sign_transaction_id: str, digest: str, subject: str
    ) -> SignedEvidence:
        """The service's statement of a signature, verified: by whom it must be, and of which document.

        Args:
            digest: of what was deposited; empty for a document of the service's own.
            subject: who is signed in, or held the card just now.

        Raises Refusal ``signin.not-genuine``: another's statement, another person's, of another document.
        """
        url = f"{self.metadata('sign_transactions_endpoint')}/{sign_transaction_id}/result"
        result = self.call(party, "sign", "GET", url)
        statement = str(result.get("statement") or "")
        claims = self._stated(statement)
        at = instant_of(claims.get("signed_at"))
        wrong = [
            name
            for name, good in (
                ("iss", claims.get("iss") == self.issuer),
                ("aud", claims.get("aud") == party.client_id),
                ("sub", claims.get("sub") == subject),
                ("document_sha256", claims.get("document_sha256") == digest or not digest),
                ("verdict", claims.get("verdict") == "good"),
                ("signed_at", at is not None),
                ("jti", claims.get("jti") == result.get("evidence_id")),
            )
            if not good
        ]
        if wrong or at is None:
            raise Refusal(NOT_GENUINE, why=", ".join(wrong))
        return SignedEvidence(
            statement=statement,
            evidence_id=str(claims["jti"]),
            certificate_id=str(result.get("certificate_id") or ""),
            signed_at=at,
            subject=subject,
            consent=dict(result.get("consent") or {}),
            digest=digest,
        )

    def _stated(self, statement: str) -> dict[str, Any]:
        """Claims of a statement that verifies; its keys have an address of their own, for they outlast those of ID tokens."""
        found = _content(self._send("GET", self.metadata("signature_statements_jwks_uri")))
        try:
            keys = KeySet.import_key_set(found)  # type: ignore[arg-type]
            token = jwt.decode(statement, keys, ["ES256"])
        except (JoseError, ValueError) as error:
            raise Refusal(NOT_GENUINE, why="statement") from error
        if token.header.get("typ") != STATEMENT_TYP:
            raise Refusal(NOT_GENUINE, why="typ")
        return dict(token.claims)

    def keys(self, fresh: bool) -> KeySet:
        """The service's published keys, for what it signs besides ID tokens; True: fetch anew."""
        return self._key_set(fresh=fresh)

    def call(
        self, party: RelyingParty, scope: str, method: str, url: str, **arguments: Any
    ) -> dict[str, Any]:
        """An interface of the service that a client calls for itself (``client_credentials``).

        Raises Refusal ``signin.failed``, ``signin.unreachable``, ``signin.stale``.
        """
        headers = self.own_headers(party, scope, method, url)
        return _content(self._send(method, url, headers=headers, **arguments))

    def own_headers(self, party: RelyingParty, scope: str, method: str, url: str) -> dict[str, str]:
        """The headers by which the relying party itself, not a person, makes one call."""
        tokens = self._token(party, grant_type="client_credentials", scope=scope)
        return self._presenting(party, str(tokens["access_token"]), method, url)

    # ------------------------------------------------------------ wire

    def metadata(self, name: str) -> str:
        """An entry of the service's discovery document, read once."""
        with self._lock:
            if not self._metadata:
                url = f"{self.issuer}/.well-known/openid-configuration"
                found = _content(self._send("GET", url))
                if found.get("issuer") != self.issuer:
                    raise Refusal(NOT_GENUINE, why="issuer")
                self._metadata = found
            return str(self._metadata[name])

    def _token(self, party: RelyingParty, **parameters: str) -> dict[str, Any]:
        return self._as_client(party, "token_endpoint", **parameters)

    def _as_client(self, party: RelyingParty, endpoint: str, **parameters: str) -> dict[str, Any]:
        """Post a form with the client's assertion, and the proof of its key where it has to."""
        now = self._clock.now()
        url = self.metadata(endpoint)
        assertion = jwt.encode(
            {"alg": "ES256"} | _kid(party),
            {
                "iss": party.client_id,
                "sub": party.client_id,
                "aud": self.issuer,
                "jti": secrets.token_urlsafe(24),
                "iat": int(now.timestamp()),
                "exp": int((now + timedelta(minutes=1)).timestamp()),
            },
            party.key,
        )
        form = {
            **parameters,
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion,
        }
        headers = {"dpop": self._proof(party, "POST", url)} if party.strict else {}
        return _content(self._send("POST", url, data=form, headers=headers))

    def _presenting(self, party: RelyingParty, token: str, method: str, url: str) -> dict[str, str]:
        if not party.strict:
            return {"authorization": f"Bearer {token}"}
        proof = self._proof(party, method, url, token)
        return {"authorization": f"DPoP {token}", "dpop": proof}

    def _proof(self, party: RelyingParty, method: str, url: str, token: str = "") -> str:
        """RFC 9449 4.2: this key, this request, now, once."""
        claims = {
            "jti": secrets.token_urlsafe(24),
            "htm": method,
            "htu": url,
            "iat": int(self._clock.now().timestamp()),
        }
        if token:
            claims["ath"] = base64url_text(hashlib.sha256(token.encode()).digest())
        header = {"alg": "ES256", "typ": "dpop+jwt", "jwk": party.key.as_dict(private=False)}
        return jwt.encode(header, claims, party.key)

    def userinfo(self, party: RelyingParty, access_token: str, subject: str) -> dict[str, Any]:
        """Claims of the granted scopes. Raises Refusal ``signin.not-genuine``: of somebody else."""
        url = self.metadata("userinfo_endpoint")
        headers = self._presenting(party, access_token, "GET", url)
        facts = _content(self._send("GET", url, headers=headers))
        if facts.get("sub") != subject:
            raise Refusal(NOT_GENUINE, why="userinfo sub")
        return facts

    def claims_of(self, party: RelyingParty, id_token: str, nonce: str) -> dict[str, Any]:
        """All that an ID token says, once it is verified. Raises Refusal ``signin.not-genuine``."""
        return self._verified(id_token, party, nonce)

    def _verified(self, token: str, party: RelyingParty, nonce: str | None) -> dict[str, Any]:
        claims = self._signed_by_service(token)
        now = self._clock.now()
        until, since, at = (instant_of(claims.get(name)) for name in ("exp", "iat", "auth_time"))
        wrong = [
            name
            for name, good in (
                ("iss", claims.get("iss") == self.issuer),
                ("aud", claims.get("aud") in (party.client_id, [party.client_id])),
                ("nonce", nonce is None or hmac.compare_digest(str(claims.get("nonce")), nonce)),
                ("exp", until is not None and until + _SKEW > now),
                ("iat", since is not None and since - _SKEW < now),
                ("auth_time", at is not None and at - _SKEW < now),
                ("sub", bool(claims.get("sub"))),
            )
            if not good
        ]
        if wrong:
            raise Refusal(NOT_GENUINE, why=", ".join(wrong))
        return claims

    def _signed_by_service(self, token: str) -> dict[str, Any]:
        """The claims, once the signature verifies; new keys of the service are fetched once."""
        for fresh in (False, True):
            try:
                return dict(jwt.decode(token, self._key_set(fresh=fresh), ["ES256"]).claims)
            except (JoseError, ValueError) as error:
                if fresh:
                    raise Refusal(NOT_GENUINE, why="signature") from error
        raise AssertionError("unreachable")

    def _key_set(self, *, fresh: bool) -> KeySet:
        url = self.metadata("jwks_uri")
        with self._lock:
            if self._keys is None or fresh:
                self._keys = KeySet.import_key_set(_content(self._send("GET", url)))  # type: ignore[arg-type]
            return self._keys

    def _send(self, method: str, url: str, **arguments: Any) -> httpx.Response:
        try:
            return self._http.request(method, url, **arguments)
        except httpx.TransportError as error:
            raise Refusal(UNREACHABLE) from error


def _content(response: httpx.Response) -> dict[str, Any]:
    """The JSON object of a good response; a refusal otherwise."""
    try:
        content = response.json()
    except ValueError:
        raise Refusal(UNREACHABLE) from None
    if response.is_success and isinstance(content, dict):
        return content
    error = str(content.get("error") or content.get("code") or response.status_code)
    if response.status_code == 503:
        raise Refusal(UNREACHABLE)
    raise (
        Refusal(STALE)
        if error in ("invalid_grant", "invalid_token")
        else Refusal(FAILED, error=error)
    )


def _kid(party: RelyingParty) -> dict[str, str]:
    """Which of the registered keys; an institution has one, which needs no name."""
    kid = party.key.get("kid")
    return {"kid": str(kid)} if kid else {}


def _half_hash(access_token: str) -> str:
    """``at_hash`` (OpenID Connect Core 3.1.3.6)."""
    return base64url_text(hashlib.sha256(access_token.encode()).digest()[:16])
