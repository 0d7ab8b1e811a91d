"""Somebody who carries taps to where they do not belong: over HTTP, with a real card's signatures and, at worst, with the
key of a terminal. Everything is tried; ``accepted`` says whether anybody got in."""

import base64
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from kazasu.card.challenge import challenge_bytes
from kazasu.card.chip.image import CardBox
from kazasu.card.client import opened
from kazasu.card.transports.virtual import VirtualReader
from kazasu.contracts.jpki.validation import TapEvidence
from kazasu.contracts.terminal import TapRequest, TapResult
from kazasu.exchange.keys import verified
from kazasu.exchange.taps import TAP_TYP, sign_result
from kazasu.foundation.http import http_client
from tests.support.phones import CHROME


@dataclass
class Begun:
    """A sign-in under way in one browser: what it was told to take to a terminal or to show as a code."""

    client: Any
    tap: TapRequest | None = None
    wait: str = ""
    address: str = ""


class Relay:
    def __init__(self, country, card="yamada-sota"):
        self.directory = country.directory
        self.process = country.process
        self.box = CardBox(country.process.settings.directory_file.parent / "cards")
        self.card = card
        self._clients = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for client in self._clients:
            client.close()
        self._clients.clear()

    def stranger(self):
        """A browser that has begun nothing."""
        self._clients.append(http_client(30.0))
        return self._clients[-1]

    # ------------------------------------------------------------ browsers

    def begin(self, site="portal", device=""):
        client = self.stranger()
        client.headers["user-agent"] = CHROME
        origin = self.directory.origin(site)
        start = client.get(f"{origin}/signin", params={"device": device} if device else {})
        response = client.get(start.headers["location"])
        place = response.headers["location"]
        if device != "phone":
            return Begun(client, self.request_in(place))
        wait = f"{self.directory.origin('identity')}{place}"
        page = client.get(wait).text
        address = next(w for w in page.replace('"', " ").replace("<", " ").split()
                       if "/phone/" in w and w.startswith("http"))  # fmt: skip
        return Begun(client, wait=wait, address=address)

    def request_in(self, location):
        sealed = parse_qs(urlsplit(location).query)["request"][0]
        _, content = verified(sealed, TAP_TYP, self.directory)
        return TapRequest.model_validate_json(content)

    def open(self, begun):
        """A phone opens the code: the request, or None when it gets nothing."""
        response = self.stranger().get(begun.address)
        if response.status_code != 303:
            return None
        begun.tap = self.request_in(response.headers["location"])
        return begun.tap

    # ------------------------------------------------------------ card and terminal

    def evidence(self, content: bytes, pin="1234"):
        with opened(lambda: VirtualReader(self.box, self.card)) as card:
            signed = card.authenticate(content, pin)
        return TapEvidence(
            certificate=_b64(signed.certificate), signed=_b64(content), signature=_b64(signed.signature)
        )  # fmt: skip

    def bring(self, tap, content: bytes, *, reader="terminal", holder="pin", chosen="", **changes):
        """With the key of a terminal. Returns the handle, or empty when it was refused at once."""
        values = {
            "request_id": tap.request_id, "audience": tap.issuer, "reader": reader,
            "holder": holder, "chosen_number": chosen, "evidence": self.evidence(content),
        } | changes  # fmt: skip
        signed = sign_result(self.process.institution(reader), TapResult(**values))
        response = self.stranger().post(tap.respond_to, content=signed)
        return response.json().get("handle", "")

    def challenge(self, tap, *, label="authenticate", origin="", request_id="", nonce="n"):
        return challenge_bytes(
            label, origin or tap.asker_origin, nonce, request_id or tap.request_id
        )

    def returns(self, begun, handle, client=None):
        """The browser comes back: was it let in? Then the relying party's address has a code."""
        response = (client or begun.client).get(begun.tap.continue_at, params={"handle": handle})
        return _let_in(response)

    def let_in_at(self, begun):
        """The waiting screen of a code."""
        return _let_in(begun.client.get(begun.wait))


def signed_by(tap):
    return base64.b64decode(tap.challenge)


def _let_in(response):
    place = response.headers.get("location", "")
    return response.status_code == 303 and "/signin/callback?" in place and "code=" in place


def _b64(content):
    return base64.b64encode(content).decode()
