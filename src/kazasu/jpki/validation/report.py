"""What a check looks at, how strictly, and what it reports: a sentence, steps with their evidence, JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from cryptography import x509

from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import civil
from kazasu.foundation.time.dates import long_date

Question = Literal["intact", "valid", "trusted"]


@dataclass(frozen=True, slots=True)
class Policy:
    """What is looked at, and how strictly."""

    name: str
    text: Text
    status: Literal["hard", "soft", "none"] = "hard"
    """When the status cannot be learned: refuse, go on with a warning, or do not ask."""
    fresh: timedelta = timedelta(seconds=60)
    """How old a status answer may be."""
    profile: bool = False
    """Is the certificate held to every rule of the profile?"""


POLICIES: Final = {
    policy.name: policy
    for policy in (
        Policy("online", Text("オンラインの手続き", "online procedures")),
        Policy(
            "archive",
            Text(
                "保存された署名を、署名した時について", "a kept signature, as of when it was made"
            ),
            fresh=timedelta(days=36_500),
        ),
        Policy(
            "offline",
            Text("失効が確かめられないこともある場所", "where the status cannot always be learned"),
            status="soft",
            fresh=timedelta(days=2),
        ),
        Policy(
            "inspection",
            Text("プロファイルの規則もすべて", "with every rule of the profile"),
            profile=True,
        ),
        Policy(
            "anchors-only",
            Text(
                "失効は見ない（本物のカードでは署名検証者だけが確かめられる）",
                "without status (for real cards only certified verifiers may ask)",
            ),
            status="none",
        ),
    )
}
ONLINE: Final = POLICIES["online"]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was looked at. ``refusal`` None: it was good; ``warning``: it was not looked at."""

    name: str
    question: Question
    what: Text
    evidence: Mapping[str, str] = field(default_factory=dict)
    refusal: Refusal | None = None
    warning: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """All that was seen."""

    policy: Policy
    at: datetime
    certificate: x509.Certificate | None
    steps: tuple[Step, ...]

    def answer(self, question: Question) -> bool | None:
        """None: it could not be looked at."""
        steps = [step for step in self.steps if step.question == question]
        if any(step.refusal for step in steps):
            return False
        return True if steps else None

    @property
    def refusal(self) -> Refusal | None:
        """The first reason against it, in the order of the steps."""
        return next((step.refusal for step in self.steps if step.refusal), None)

    def sentence(self) -> Text:
        """For those who want one line."""
        if self.refusal:
            return Text(self.refusal.title.ja, self.refusal.title.en)
        day = civil(self.at)
        warned = any(step.warning for step in self.steps)
        return Text(
            f"{long_date(day)}の時点で有効です{'（失効は確かめていません）' if warned else ''}",
            f"Good as of {long_date(day, 'en')}{' (status was not checked)' if warned else ''}",
        )

    def as_json(self) -> dict[str, Any]:
        """For programs; the steps hold no attributes of the holder."""
        return {
            "policy": self.policy.name,
            "at": self.at.isoformat(),
            "good": self.refusal is None,
            **{q: self.answer(q) for q in ("intact", "valid", "trusted")},
            "sentence": {"ja": self.sentence().ja, "en": self.sentence().en},
            "steps": [
                {
                    "name": step.name,
                    "question": step.question,
                    "good": None if step.warning else step.refusal is None,
                    "fault": step.refusal.fault.code if step.refusal else None,
                    "evidence": dict(step.evidence),
                }
                for step in self.steps
            ],
        }
