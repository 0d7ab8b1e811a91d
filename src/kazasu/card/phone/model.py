"""Terms and rules of the phone: what it is, and which of three numbers the other screen shows."""

import hashlib
import random
from dataclasses import dataclass
from datetime import date
from typing import Final

from kazasu.contracts.jpki.phones import PhonePlatform
from kazasu.contracts.terminal import Holder, TapRequest

PLATFORMS: Final[tuple[PhonePlatform, ...]] = ("android", "iphone")
LOCK: Final[Holder] = "phone-lock"
NUMBERS: Final = 3


@dataclass(frozen=True, slots=True)
class Phone:
    """One phone. ``phone_id`` is empty until it has certificates."""

    key: str
    """Its name in the sandbox's folder."""
    platform: PhonePlatform
    biometric: bool = False
    """Simulated: the owner's face or finger stands for the four digits."""
    phone_id: str = ""
    expires_on: date | None = None

    @property
    def enrolled(self) -> bool:
        return bool(self.phone_id)

    def over(self, day: date) -> bool:
        """Have its certificates reached their end?"""
        return self.enrolled and self.expires_on is not None and self.expires_on < day


def numbers(request: TapRequest) -> tuple[str, ...]:
    """Three two-digit numbers, the other screen's among them: the same three at every look.

    Order and decoys follow from the request's id, which the person has no reason to read, so that reloading the
    page does not show which of them stays.
    """
    seed = hashlib.sha256(f"numbers\n{request.request_id}".encode()).digest()
    chance = random.Random(seed)  # noqa: S311 — for a fixed order, not for a secret
    others = [f"{n}" for n in range(10, 100) if f"{n}" != request.check_number]
    found = [request.check_number, *chance.sample(others, NUMBERS - 1)]
    chance.shuffle(found)
    return tuple(found)
