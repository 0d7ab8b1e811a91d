"""Signing in with the card, for the portal and the cities: ordinary relying parties.

    signin = SignIn(
        site,
        openid=OpenId(issuer_of(house.directory.origin("identity")), house.http(), house.clock),
        party=lambda request: RelyingParty(client_id, f"{origin}/signin/callback", client_key),
        admit=admit,                  # (request, Person) -> Admission, or raises Refusal
        scopes=("openid", "name"),
    )

gives the site ``GET /signin?next=/path``, ``GET /signin/callback`` and ``POST /signout``. Other
uses of the card inside a session are declared by name and begun by a page:

    signin.use("visitor", take_visitor, scopes=("openid", "name", "address", "birthdate",
               "gender", "resident"))                    # (request, Person, context) -> Response
    return signin.begin(request, "visitor", context={"case": case_id}, back=f"/cases/{case_id}")

    signin.use_signature("move", take_signature)         # (request, SignedEvidence, context) -> Response
    signin.use_signed_proof("open", take_proof, scopes=("openid", "sign", "name"))
                                               # (request, Person, SignedEvidence, context) -> Response
    return signin.begin_signature(request, "move", document, audiences=["city:141003"],
                                  context={"case": case_id}, back="/moves/…/review")

The site's ``form_targets`` name the identity service and the terminal: a page's form may begin a
tap, and browsers hold the redirects after it to the page's policy.

A visitor's tap never replaces the clerk's session: the person is handed to the use and to nobody
else. :meth:`SignIn.handle_for` gets a handle of the signed-in person for another institution.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kazasu.foundation.faults import Refusal, define
from kazasu.foundation.text import locales_of_words, words_of_locales
from kazasu.foundation.time.clock import Clock
from kazasu.foundation.web.access import public
from kazasu.foundation.web.acting import local
from kazasu.foundation.web.reading.chosen import turned
from kazasu.foundation.web.routes import get, post
from kazasu.foundation.web.sessions import CARD, SID
from kazasu.foundation.web.site import Site
from kazasu.kit.faults import STAFF_CARD_ENDED
from kazasu.kit.openid import (
    CARD_EXPIRED,
    CARD_LOCKED,
    ENDED,
    NOT_GENUINE,
    PASSWORD_LOCKED,
    STALE,
    OpenId,
    Person,
    RelyingParty,
    Signature,
    SignedEvidence,
    Started,
    digest_of,
)

NOT_BEGUN_HERE = define("signin.not-begun-here", 403,
    "このブラウザーで始めた手続きではありません", "This was not begun in this browser",
    "はじめの画面からもう一度進めてください", "Begin again from the first page", source="identity §5 (session-bound evidence)")  # fmt: skip
OTHER_PERSON = define("signin.other-person", 403,
    "サインインした人とは別の人のカードです。何も行っていません", "This is the card of another person than the one signed in. Nothing was done",
    "サインインした人のカードを使ってください", "Use the card of the person signed in", source="design §3.4")  # fmt: skip

TOO_WEAK = define("signin.too-weak", 403,
    "この手続きには、暗証番号を使った確認が必要です。何も行っていません", "This needs a confirmation with the PIN. Nothing was done",
    "はじめからやり直し、カードの暗証番号を入れてください", "Begin again and enter the PIN of your card", source="reliability §3 threat 6; kit/levels.py")  # fmt: skip
CARD_ONLY = define("signin.card-only", 403,
    "ここでは、カードそのものが必要です。何も行っていません", "This needs a card itself. Nothing was done",
    "スマートフォンの電子証明書ではなく、カードを読取機にかざしてください", "Hold a card over the reader instead of using a phone’s certificates", source="exchange/institution.py (AssuredAction.card_only)",
    easy=("ここでは カードが いります。何も していません", "スマートフォンでは なく、カードを 機械の 上に 置いてください"))  # fmt: skip

PATH: Final = "/signin"
_COOKIE = "signin-"
_MINUTES_15 = 900
MOST_UNDER_WAY: Final = 8
"""Taps of one browser that may come back: what nobody finishes must not fill the heads of later requests."""
_SEAL = ["dir", "A256GCM"]
_BARE = {"openid", "sign"}
"""Scopes that give no facts about the person."""
SIGN_IN: Final = "sign-in"
STRONG: Final = ("aal3",)
"""What is accepted where nothing else is said: card or phone, with its PIN."""


@dataclass(frozen=True, slots=True)
class Admission:
    """As whom the person is let in."""

    kind: str
    """Session kind, e.g. ``resident`` or ``staff``."""
    subject: str
    data: Mapping[str, Any] = field(default_factory=dict)


Context = dict[str, str]
Admit = Callable[[Request, Person], Admission]
TakePerson = Callable[[Request, Person, Context], Response]
TakeSignature = Callable[[Request, SignedEvidence, Context], Response]
TakeProof = Callable[[Request, Person, SignedEvidence, Context], Response]
TakeItself = Callable[[Request, Signature, Context], Response]


def as_themselves(kind: str) -> Admit:
    """Lets in everyone who holds a card, known by the subject of this party alone."""
    return lambda _, person: Admission(kind, person.subject)


@dataclass(frozen=True, slots=True)
class _Use:
    scopes: tuple[str, ...]
    levels: tuple[str, ...]
    take: TakePerson | None = None
    take_signature: TakeSignature | None = None
    take_proof: TakeProof | None = None
    take_itself: TakeItself | None = None
    same_person: bool = False
    card_only: bool = False

    @property
    def signs(self) -> bool:
        """By the person signed in, and nothing else."""
        return self.take_signature is not None or self.take_itself is not None


class SignIn:
    """The card as a relying party's site uses it."""

    def __init__(
        self,
        site: Site,
        *,
        openid: OpenId,
        party: Callable[[Request], RelyingParty],
        admit: Admit,
        clock: Clock,
        scopes: Sequence[str] = ("openid", "name"),
        home: str = "/",
        levels: Sequence[str] = STRONG,
        card_only: bool = False,
    ) -> None:
        """
        Args:
            card_only: signing in takes a card itself: nothing on a phone is offered at the tap, or accepted here.
            levels: assurance (``acr``) that signing in accepts, the one to ask for first; anyone who comes with
                another is refused here, whatever was asked on the way.
        """
        self._site = site
        site.sign_outs[""] = "/signout"
        self._openid = openid
        self._party = party
        self._admit = admit
        self._clock = clock
        self._home = home
        self._uses: dict[str, _Use] = {}
        self._ways_in = {SIGN_IN}
        self.use(SIGN_IN, self._sign_in, scopes=scopes, levels=levels, card_only=card_only)
        site.enter(self)

    def use(
        self,
        name: str,
        take: TakePerson,
        *,
        scopes: Sequence[str],
        levels: Sequence[str] = STRONG,
        card_only: bool = False,
    ) -> None:
        """Declare a further use of a card: ``take`` gets the person who held it, at one of these levels."""
        self._uses[name] = _Use(tuple(scopes), tuple(levels), take=take, card_only=card_only)

    def also(
        self,
        path: str,
        admit: Admit,
        *,
        levels: Sequence[str] = STRONG,
        home: str = "/",
        card_only: bool = False,
    ) -> None:
        """A further way in, for people of another kind: staff beside patrons. It begins at ``path``."""

        def let_in(request: Request, person: Person, _: Context) -> Response:
            return self._let_in(request, admit(request, person), person)

        def start(request: Request) -> Response:
            return self.begin(request, path, back=request.query_params.get("next", home))

        self.use(path, let_in, scopes=("openid",), levels=levels, card_only=card_only)
        self._ways_in.add(path)
        self._site.route(path, access=public("where signing in begins"))(start)

    def use_signature(
        self, name: str, take: TakeSignature, *, levels: Sequence[str] = STRONG
    ) -> None:
        """Declare a signature by the person signed in; another person's card is refused."""
        self._uses[name] = _Use(
            ("openid", "sign"), tuple(levels), take_signature=take, same_person=True
        )

    def use_signature_itself(
        self, name: str, take: TakeItself, *, levels: Sequence[str] = STRONG
    ) -> None:
        """The same for a public institution, which gets the signature and hands it to whom the law names as its verifier."""
        self._uses[name] = _Use(
            ("openid", "sign"), tuple(levels), take_itself=take, same_person=True
        )

    def use_signed_proof(
        self, name: str, take: TakeProof, *, scopes: Sequence[str], levels: Sequence[str] = STRONG
    ) -> None:
        """Declare a signature by the person who holds the card, with attributes of its certificate."""
        self._uses[name] = _Use(tuple(scopes), tuple(levels), take_proof=take)

    # ------------------------------------------------------------ begin

    def begin(
        self,
        request: Request,
        use: str = SIGN_IN,
        *,
        context: Context | None = None,
        back: str = "/",
        device: str = "",
        sign_transaction_id: str = "",
        digest: str = "",
        details: Sequence[Mapping[str, Any]] = (),
    ) -> Response:
        """Send the browser to the tap.

        Args:
            context: what the use needs to find its place again; kept in the browser, encrypted.
            back: local path to return to after a refusal, and after sign-in.
            digest: of the document behind ``sign_transaction_id``, where it is our own.
            details: a payment to be approved with this tap; who comes back has approved exactly that.
        """
        party = self._party(request)
        started = self._openid.start(
            party,
            self._uses[use].scopes,
            sign_transaction_id=sign_transaction_id,
            language=locales_of_words(request.state.reading.words),
            device="card" if self._uses[use].card_only else device,
            levels=self._uses[use].levels,
            details=details,
        )
        kept = {
            "state": started.state,
            "nonce": started.nonce,
            "verifier": started.verifier,
            "use": use,
            "context": context or {},
            "back": local(back),
            "transaction": sign_transaction_id,
            "digest": digest,
            "details": [dict(one) for one in details],
            "words": request.state.reading.words,
            "until": int(self._clock.now().timestamp()) + _MINUTES_15,
        }
        response = RedirectResponse(started.url, 303)
        cookies = self._site.cookies
        for left in cookies.beginning(request, _COOKIE)[: 1 - MOST_UNDER_WAY]:
            cookies.end(response, left)
        cookies.write(response, _cookie(started.state), _seal(kept, party), seconds=_MINUTES_15)
        return response

    def begin_signature(
        self,
        request: Request,
        use: str,
        document: bytes,
        *,
        audiences: Sequence[str],
        context: Context | None = None,
        back: str = "/",
        device: str = "",
    ) -> Response:
        """Have exactly these bytes signed by the person signed in.

        Args:
            document: canonical JSON ``{"title": {"ja","en"}, "lines": [{"label_ja","label_en",
                "value"}], "data": {…}}``; title and lines are what the person reads. A line may have ``value_en``,
                shown instead on pages in English.
            audiences: institutions that may see the signing certificate.
        """
        transaction = self._openid.open_signing(self._party(request), document, audiences)
        return self.begin(
            request,
            use,
            context=context,
            back=back,
            device=device,
            sign_transaction_id=transaction,
            digest=digest_of(document),
        )

    # ------------------------------------------------------------ routes

    @get(PATH, public("where signing in begins"))
    def start(self, request: Request) -> Response:
        """``GET /signin``: ``next`` is the local path to go on to, ``device=phone`` the QR code."""
        return self.begin(
            request,
            back=request.query_params.get("next", self._home),
            device="phone" if request.query_params.get("device") == "phone" else "",
        )

    @get(
        f"{PATH}/callback",
        public("the code and this browser's cookie prove it"),
        takes="the state is in this browser's cookie",
    )
    def callback(self, request: Request) -> Response:
        """``GET /signin/callback``: the browser is back from the tap.

        Brought twice at once (the page leads on by itself, and its link is pressed) it is taken once, with one answer. A
        further use that is refused is told on the page where it began; a sign-in has no such page. Who stopped, or
        whose card cannot serve, is back at the first page. Who turned to another language on the way reads on in that one.
        """
        party = self._party(request)
        kept = self._kept(request, party)
        words = words_of_locales(request.query_params.get("ui_locales", ""))
        changed = words if words != kept.get("words") else None
        if changed:
            request.state.reading = turned(request.state.reading, changed)
            request.state.language = request.state.reading.language
        try:
            response = self._site.once(
                request,
                self._sealed(request),
                lambda: self._taken(request, party, kept),
            )
        except Refusal as refusal:
            way_in = kept["use"] in self._ways_in
            if way_in and refusal.fault not in ENDED:
                raise
            if refusal.fault is CARD_EXPIRED and self._uses[kept["use"]].card_only:
                refusal = Refusal(
                    STAFF_CARD_ENDED
                )  # whose desk it is renews it, no counter of theirs
            if refusal.fault is CARD_LOCKED and self._uses[kept["use"]].signs:
                refusal = Refusal(PASSWORD_LOCKED)  # nothing else of the card is asked for there
            response = self._site.tell(request, "/" if way_in else kept["back"], refusal=refusal)
        if changed:
            self._site.remember_words(response, changed)
        self._site.cookies.end(response, _cookie(kept["state"]))
        return response

    def _taken(self, request: Request, party: RelyingParty, kept: dict[str, Any]) -> Response:
        """What the declared use makes of the person who held the card."""
        use = self._uses[kept["use"]]
        started = Started("", kept["state"], kept["nonce"], kept["verifier"])
        person = self._openid.finish(
            party, started, dict(request.query_params), userinfo=not _BARE.issuperset(use.scopes)
        )
        if person.acr not in use.levels:
            raise Refusal(TOO_WEAK)
        if use.card_only and "sc" not in person.amr:  # RFC 8176: a smart card
            raise Refusal(CARD_ONLY)
        if [dict(one) for one in person.approved] != kept.get("details", []):
            raise Refusal(NOT_GENUINE, why="authorization_details")
        if use.same_person and person.subject != self._subject(request):
            raise Refusal(OTHER_PERSON)
        request.state.signin_back = kept["back"]
        if use.take is not None:
            return use.take(request, person, kept["context"])
        number, digest = kept["transaction"], kept.get("digest", "")
        if use.take_itself is not None:
            itself = self._openid.signature(party, number, digest)
            return use.take_itself(request, itself, kept["context"])
        evidence = self._openid.evidence(party, number, digest, person.subject)
        if use.take_proof is not None:
            return use.take_proof(request, person, evidence, kept["context"])
        if use.take_signature is None:
            raise AssertionError("a use takes a person or a signature")
        return use.take_signature(request, evidence, kept["context"])

    @post("/signout", public("ends whatever session there is"))
    def sign_out(self, request: Request) -> Response:
        """``POST /signout``: end the session here and what hangs on it at the identity service.

        The browser comes back to the first page, which everybody may open: where who signed in goes on is a page for them.
        """
        id_token = str(request.state.session.data.get("id_token", ""))
        if not id_token:
            return self._site.signed_out(request, "/")
        then = self._party(request).redirect_uri.removesuffix(f"{PATH}/callback") + "/"
        return self._site.signed_out(request, self._openid.sign_out_url(id_token, then))

    # ------------------------------------------------------------ handles

    def handle_for(self, request: Request, audience: str) -> str:
        """A handle that names the signed-in person to ``audience`` and to nobody else.

        Raises:
            Refusal: ``signin.stale``: hold the card again; ``signin.unreachable``.
        """
        token = request.state.session.data.get("access_token")
        if not token:
            raise Refusal(STALE)
        return self._openid.handle(self._party(request), str(token), audience)

    # ------------------------------------------------------------ inside

    def _sign_in(self, request: Request, person: Person, _: Context) -> Response:
        return self._let_in(request, self._admit(request, person), person)

    def _let_in(self, request: Request, admission: Admission, person: Person) -> Response:
        data = {
            **admission.data,
            CARD: person.subject,
            SID: person.sid,
            "access_token": person.access_token,
            "id_token": person.id_token,
        }
        self._site.sign_in(request, kind=admission.kind, subject=admission.subject, data=data)
        onward = self._site.onward(request, request.state.signin_back, self._home)
        return RedirectResponse(onward, 303)

    @staticmethod
    def _subject(request: Request) -> str:
        return str(request.state.session.data.get(CARD, ""))

    def _sealed(self, request: Request) -> str:
        return self._site.cookies.read(request, _cookie(request.query_params.get("state", "")))

    def _kept(self, request: Request, party: RelyingParty) -> dict[str, Any]:
        """What :meth:`begin` left in this browser for this answer."""
        try:
            opened = jwe.decrypt_compact(
                self._sealed(request), _cookie_key(party), algorithms=_SEAL
            ).plaintext
            kept: dict[str, Any] = json.loads(opened or b"")
        except (JoseError, ValueError) as error:
            raise Refusal(NOT_BEGUN_HERE) from error
        if kept["until"] < self._clock.now().timestamp() or kept["use"] not in self._uses:
            raise Refusal(NOT_BEGUN_HERE)
        return kept


def _seal(kept: dict[str, Any], party: RelyingParty) -> str:
    """Only this relying party reads what it left in the browser."""
    header = {"alg": _SEAL[0], "enc": _SEAL[1]}
    return jwe.encrypt_compact(
        header, json.dumps(kept).encode(), _cookie_key(party), algorithms=_SEAL
    )


def _cookie_key(party: RelyingParty) -> OctKey:
    """Made from the client's private key, so that nobody else can write such a cookie either."""
    secret = party.key.as_der(private=True)
    return OctKey.import_key(hashlib.sha256(b"KAZASU-SIGNIN-COOKIE-V1\n" + secret).digest())


def _cookie(state: str) -> str:
    """One cookie per tap under way: two tabs do not take each other's."""
    return _COOKIE + "".join(c for c in state[:16] if c.isalnum() or c in "-_")
