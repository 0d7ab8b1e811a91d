"""The card's electronic record on a phone: got with the card, kept beside the certificates, shown item by item."""

import hashlib
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import httpx
from cryptography import x509

from kazasu.card.client import opened
from kazasu.card.mdoc.faults import NOTHING_HELD, UNPROVEN_REQUEST
from kazasu.card.mdoc.formats.elements import Name
from kazasu.card.mdoc.online import Online
from kazasu.card.mdoc.request import Request
from kazasu.card.mdoc.wallet import Application, Wallet
from kazasu.card.phone.enrolling import LIFE
from kazasu.card.phone.faults import APPLICATION_CHANGED, NO_ANSWER, NOT_ACCEPTED, own_keys_used
from kazasu.card.phone.model import Phone
from kazasu.card.phone.service import PhoneService, Place, evidence_of
from kazasu.card.phone.store import PhoneStore
from kazasu.exchange.carrier.inquiries import Inquirer
from kazasu.exchange.directory import Directory, Entry
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import Clock
from kazasu.foundation.values.typed.web_addresses import web_address

KEEPING: Final = Text("カード代替電磁的記録", "Electronic record of the card")


@dataclass(frozen=True, slots=True)
class Asking:
    """A request that was proven: what it is, and whose it is by its certificate."""

    given: str
    request: Request
    asker: Entry


class Records:
    """One record for each phone. Whatever uses it asks for the phone's lock first."""

    def __init__(
        self,
        store: PhoneStore,
        service: PhoneService,
        ask: Callable[[], Inquirer],
        directory: Directory,
        http: httpx.Client,
        clock: Clock,
    ) -> None:
        self._store = store
        self._service = service
        self._ask = ask
        self._directory = directory
        self._http = http
        self._clock = clock
        self._lock = threading.Lock()
        self._offers: dict[str, tuple[Wallet, Application]] = {}
        self._online = Online(http, directory.origin("jpki"))

    def wallet(self, phone: Phone) -> Wallet:
        """What is on this phone; an empty one when there is nothing yet."""
        kept = self._store.record(phone)
        return Wallet.from_json(kept) if kept else Wallet()

    # ------------------------------------------------------------ get, renew, end

    def offer(self, phone: Phone) -> Application:
        """What card and phone will sign: made before it is shown, kept in memory until it is signed."""
        wallet, now = self.wallet(phone), self._clock.now()
        made = wallet.offer(now)
        with self._lock:
            self._offers = {key: one for key, one in self._offers.items() if now - one[1].at < LIFE}
            self._offers[phone.key] = (wallet, made)
        return made

    def _offered(self, phone: Phone, shown: str) -> tuple[Wallet, Application]:
        """Raises Refusal ``phone.application-changed``: another was made since, or time is over."""
        with self._lock:
            kept = self._offers.get(phone.key)
        if kept is None or digest_of(kept[1]) != shown:
            raise Refusal(APPLICATION_CHANGED)
        return kept

    def get(
        self, phone: Phone, card: Place, shown: str, pin: str, card_password: str, *,
        force: bool = False,
    ) -> None:  # fmt: skip
        """
        Args:
            shown: :func:`digest_of` the application that stood on the page.

        Steps: 1 the phone's certificate signs, with its lock; 2 the card does; 3 J-LIS issues; 4 proven, kept.

        Raises Refusal: ``phone.no-certificates``, the lock's and the card's faults, J-LIS's, the record's.
        """
        wallet, application = self._offered(phone, shown)
        content = application.content
        with own_keys_used(), opened(self._service.own_keys(phone)) as client:
            by_phone = evidence_of(client.authenticate(content, pin, force=force), content)  # 1
        with opened(card) as client:
            by_card = evidence_of(client.sign(content, card_password, force=force), content)  # 2
        inquiry = wallet.issue_request(application, by_card, by_phone)
        issued = self._ask().ask(inquiry, of="jpki", purpose=KEEPING)  # 3
        wallet.accept(issued, self._online.authorities(), self._clock.now())  # 4
        self._store.keep_record(phone, wallet.to_json())

    def refresh(self, phone: Phone, pin: str, *, force: bool = False) -> None:
        """A new record with another term, without the card. Raises as :meth:`get`, ``mdoc.nothing-held``."""
        self._service.check_lock(phone, pin, force=force)
        wallet = self.wallet(phone)
        inquiry = wallet.refresh_request(self._clock.now())
        issued = self._ask().ask(inquiry, of="jpki", purpose=KEEPING)
        wallet.accept(issued, self._online.authorities(), self._clock.now())
        self._store.keep_record(phone, wallet.to_json())

    def end(self, phone: Phone, pin: str, *, force: bool = False) -> None:
        """J-LIS ends it first, then it leaves the phone, its key too. Raises as :meth:`refresh`."""
        self._service.check_lock(phone, pin, force=force)
        inquiry = self.wallet(phone).end_request()
        self._ask().ask(inquiry, of="jpki", purpose=KEEPING)
        self._store.wipe_record(phone)

    # ------------------------------------------------------------ show

    def fetch(self, request_uri: str, client_id: str) -> str:
        """The request object. It can be had once: a second phone gets nothing.

        Raises Refusal ``mdoc.unproven-request`` (nobody whom the directory knows), ``phone.asker-unreachable``,
        ``phone.not-accepted``.
        """
        entry = self._directory.at_host(urlsplit(_origin(request_uri)).hostname or "")
        if entry is None or _origin(request_uri) != entry.origin:
            raise Refusal(UNPROVEN_REQUEST, why="request_uri")
        try:
            answer = self._http.get(request_uri)
        except httpx.HTTPError as error:
            raise Refusal(NO_ANSWER) from error
        if answer.status_code != httpx.codes.OK:
            raise Refusal(NOT_ACCEPTED, code=_code(answer))
        self.read(answer.text, client_id)
        return answer.text

    def read(self, given: str, client_id: str = "") -> Asking:
        """Who asks for what, proven. ``client_id``: as it stood in the link or the code.

        Raises Refusal: what ``Wallet.read`` raises; ``mdoc.number-not-asked`` among it.
        """
        authority = x509.load_pem_x509_certificate(self._directory.authority_pem.encode())
        request = Wallet.read(given, [authority], self._clock.now())
        if client_id and client_id != request.client_id:
            raise Refusal(UNPROVEN_REQUEST, why="client_id")
        asker = self._directory.at_host(request.host)
        if asker is None or _origin(request.response_uri) != asker.origin:
            raise Refusal(UNPROVEN_REQUEST, why="response_uri")
        return Asking(given, request, asker)

    def available(self, phone: Phone, request: Request) -> tuple[Name, ...]:
        """What of it this phone could show; nothing without a record."""
        wallet = self.wallet(phone)
        return wallet.available(request) if wallet.held else ()

    def show(
        self,
        phone: Phone,
        asking: Asking,
        chosen: Collection[Name],
        pin: str,
        *,
        force: bool = False,
    ) -> str:
        """The chosen items, signed for this request alone. Returns where the asker wants the browser.

        Raises Refusal: the lock's faults, ``mdoc.nothing-held``, ``mdoc.expired``, ``mdoc.item-refused``,
        ``phone.asker-unreachable``, ``phone.not-accepted``.
        """
        wallet = self.wallet(phone)
        if wallet.held is None:
            raise Refusal(NOTHING_HELD)
        self._service.check_lock(phone, pin, force=force)
        form = wallet.present(asking.request, chosen, self._clock.now())
        return self._send(phone, asking, wallet, form)

    def refuse(self, phone: Phone, asking: Asking) -> str:
        """Says no, and nothing else: no lock is needed for that. Raises as :meth:`show`."""
        wallet = self.wallet(phone)
        form = wallet.refuse(asking.request, self._clock.now())
        return self._send(phone, asking, wallet, form)

    def _send(self, phone: Phone, asking: Asking, wallet: Wallet, form: dict[str, str]) -> str:
        try:
            answer = self._http.post(asking.request.response_uri, data=form)
        except httpx.HTTPError as error:
            raise Refusal(NO_ANSWER) from error
        if wallet.held is not None:  # what left the phone is noted, whatever was made of it
            self._store.keep_record(phone, wallet.to_json())
        if answer.status_code != httpx.codes.OK:
            raise Refusal(NOT_ACCEPTED, code=_code(answer))
        onward = str(_fields(answer).get("redirect_uri", ""))
        return onward if _origin(onward) == asking.asker.origin else ""


def digest_of(application: Application) -> str:
    """By which a page names the application that it shows."""
    return hashlib.sha256(application.content).hexdigest()


def _origin(uri: str) -> str:
    """Empty where it is no address."""
    parts = web_address(uri)
    return f"{parts.scheme}://{parts.netloc}" if parts else ""


def _fields(answer: httpx.Response) -> dict[str, object]:
    try:
        content = answer.json()
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _code(answer: httpx.Response) -> str:
    return str(_fields(answer).get("code", answer.status_code))[:80]
