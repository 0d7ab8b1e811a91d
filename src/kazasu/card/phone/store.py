"""Phones of the sandbox, as files: what each is, and its key store beside it (as cards lie in the tray's folder).

One phone per browser, known by a long-lived random cookie; the folder knows its hash alone.
"""

import hashlib
import json
from dataclasses import asdict
from datetime import date
from pathlib import Path

from kazasu.card.chip.image import CardBox, CardImage
from kazasu.card.phone.model import Phone
from kazasu.foundation.private_files import write_private


class PhoneStore:
    """The folder of phones."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.box = CardBox(folder)
        """Their key stores."""

    @staticmethod
    def key_of(cookie: str) -> str:
        return f"phone-{hashlib.sha256(cookie.encode()).hexdigest()[:40]}"

    def load(self, cookie: str) -> Phone | None:
        """The phone of this browser, if it was set up."""
        if not cookie:
            return None
        try:
            text = self._path(self.key_of(cookie)).read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        document = json.loads(text)
        until = document.pop("expires_on")
        return Phone(expires_on=date.fromisoformat(until) if until else None, **document)

    def save(self, phone: Phone) -> None:
        """Whole or not at all."""
        write_private(self._path(phone.key), json.dumps(asdict(phone), default=str))

    def keep(self, image: CardImage) -> None:
        """A key store that J-LIS has certified."""
        self.box.save(image)

    def record(self, phone: Phone) -> str:
        """The card's electronic record with its key, as the wallet keeps it; empty when there is none."""
        try:
            return self._record(phone).read_text(encoding="utf-8")
        except FileNotFoundError:
            return ""

    def keep_record(self, phone: Phone, content: str) -> None:
        """A private key is in it."""
        write_private(self._record(phone), content)

    def wipe_record(self, phone: Phone) -> None:
        self._record(phone).unlink(missing_ok=True)

    def wipe(self, phone: Phone) -> None:
        """The keys are gone; what J-LIS has certified is ended by J-LIS alone."""
        self.wipe_record(phone)
        for suffix in (".card", ".lock"):
            self._path(phone.key).with_suffix(suffix).unlink(missing_ok=True)

    def remove(self, phone: Phone) -> None:
        """A factory reset: nothing of it is left here."""
        self.wipe(phone)
        self._path(phone.key).unlink(missing_ok=True)

    def _record(self, phone: Phone) -> Path:
        return self._path(phone.key).with_suffix(".mdoc")

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.phone"
