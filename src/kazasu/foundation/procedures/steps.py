"""A journey of a few questions and a review, as data: which question is open, and what a changed answer takes back.

Pure: knows no page, no person, no table. :mod:`kazasu.foundation.web.journey` draws it. A hole in it is found at import and not
by a resident.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel, SecretStr, ValidationError

from kazasu.foundation.text import Text

REVIEW: Final = "review"
"""Where every journey ends: all answers, each to be changed, and the button that sends them."""

Answers = Mapping[str, Any]
"""By the key of its step, the form as it was filled in. A question that was not answered is not in it."""
Document = Mapping[str, Mapping[str, Any]]
"""Answers as JSON can hold them: what a draft is stored as."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One question, one page."""

    key: str
    """Also its address; of one journey each is another."""
    title: Text
    form: type[BaseModel]
    next: tuple[str, ...]
    """What may follow, :data:`REVIEW` at last. Of several the first whose ``when`` is true; the last needs none."""
    needs: tuple[str, ...] = ()
    """Its precondition: steps whose answers it stands on. It opens when they are there."""
    when: Callable[[Answers], bool] | None = None
    """Is it asked at all, once what leads to it is answered?"""
    undo: Callable[[Answers, Answers], bool] | None = None
    """Is its answer taken back, from the answers before and after one of its ``needs`` changed? None: always."""


@dataclass(frozen=True, slots=True)
class Changed:
    """Answers after one more was given."""

    answers: dict[str, Any]
    taken_back: tuple[Step, ...]
    """In the order of the journey: what the person must be told."""


class Journey:
    """Its steps; the first one begins it."""

    def __init__(self, *steps: Step) -> None:
        """Raises ``ValueError`` for a journey with a hole: see :meth:`_check`."""
        self.steps: Final = {step.key: step for step in steps}
        self.first: Final = steps[0].key if steps else REVIEW
        self._check(steps)

    def way(self, answers: Answers) -> list[Step]:
        """The questions of whoever answers like this, in order. A fork that nobody answered yet leads to its last branch."""
        found, here = [], self.first
        while here != REVIEW:
            step = self.steps[here]
            found.append(step)
            here = next(key for key in step.next if self._asked(key, step, answers))
        return found

    def open(self, answers: Answers, asked: str = REVIEW) -> str:
        """``asked``, where it is open for these answers; else the first question that must be answered before it."""
        way = self.way(answers)
        missing = [step.key for step in way if step.key not in answers]
        if asked in {step.key for step in way}:
            before = self._before(asked)
            missing = [key for key in missing if key in before]
        elif not missing:
            return REVIEW
        return missing[0] if missing else asked

    def change(self, answers: Answers, key: str, given: BaseModel) -> Changed:
        """Give an answer; what stood on another one, or is asked no more, is taken back."""
        changed = {key} if answers.get(key) != given else set()
        after = self._settled(answers, {**answers, key: given}, changed)
        taken = (step for one, step in self.steps.items() if one in answers and one not in after)
        return Changed(after, tuple(taken))

    def stands_on(self, key: str, answers: Answers) -> Document:
        """What a page shows an answer by: it and those it needs; of the review all."""
        keys = self.steps if key == REVIEW else (key, *self.steps[key].needs)
        return document({one: answers[one] for one in keys if one in answers})

    def read(self, stored: Document) -> dict[str, Any]:
        """Answers from a stored draft. What an earlier version of a form left and this one cannot read is asked again."""
        found = {}
        for key, given in stored.items():
            try:
                found[key] = self.steps[key].form.model_validate(given)
            except (KeyError, ValidationError):
                continue
        return self._settled(found, found, set())

    # ------------------------------------------------------------ inside

    def _asked(self, key: str, after: Step, answers: Answers) -> bool:
        if key == after.next[-1]:
            return True
        when = self.steps[key].when
        return after.key in answers and when is not None and when(answers)

    def _before(self, key: str) -> set[str]:
        needs = set(self.steps[key].needs)
        return needs.union(*(self._before(one) for one in needs))

    def _settled(self, before: Answers, after: Answers, changed: set[str]) -> dict[str, Any]:
        """Without what falls, and what falls with that: what one answer led to may itself be stood on."""
        while fallen := {key for key in after if self._falls(key, before, after, changed)}:
            after = {key: given for key, given in after.items() if key not in fallen}
            changed = changed | fallen
        return dict(after)

    def _falls(self, key: str, before: Answers, after: Answers, changed: set[str]) -> bool:
        step = self.steps[key]
        if step not in self.way(after) or not after.keys() >= {*step.needs}:
            return True
        stood_on = not changed.isdisjoint(step.needs)
        return stood_on and (step.undo is None or step.undo(before, after))

    def _check(self, steps: tuple[Step, ...]) -> None:
        """1 every key once; 2 next and needs name steps; 3 of several the last has no condition and the others have one;
        4 every step is reached and none twice; 5 what a step needs cannot be passed by."""
        if not steps or len(self.steps) < len(steps) or REVIEW in self.steps:
            raise ValueError(
                f"a journey has steps, each with a key of its own: {[s.key for s in steps]}"
            )
        for step in steps:
            self._check_names(step)
        if missing := set(self.steps) - self._reached():
            raise ValueError(f"never reached: {sorted(missing)}")
        for step in steps:
            if step.key in self._reached(step.next):
                raise ValueError(f"{step.key}: a circle")
            for needed in step.needs:
                if needed == step.key or step.key in self._reached(around=needed):
                    raise ValueError(f"{step.key} needs {needed}, which can be passed by")

    def _check_names(self, step: Step) -> None:
        if unknown := {*step.next, *step.needs} - {*self.steps, REVIEW} | {*step.needs} & {REVIEW}:
            raise ValueError(f"{step.key}: unknown: {sorted(unknown)}")
        for name, info in step.form.model_fields.items():
            if info.annotation is SecretStr:
                raise ValueError(f"{step.key}: {name}: a secret is kept in no draft")
        if not step.next:
            raise ValueError(f"{step.key}: leads to no review")
        *conditional, last = step.next
        if any(one == REVIEW or self.steps[one].when is None for one in conditional) or (
            last != REVIEW and self.steps[last].when is not None
        ):
            raise ValueError(f"{step.key}: of {step.next} the last, and only it, has no `when`")

    def _reached(self, begin: tuple[str, ...] = (), around: str = REVIEW) -> set[str]:
        found: set[str] = set()
        waiting = [one for one in begin or (self.first,) if one != around]
        while waiting:
            here = waiting.pop()
            if here not in found and here not in {REVIEW, around}:
                found.add(here)
                waiting += self.steps[here].next
        return found


def document(answers: Answers) -> dict[str, dict[str, Any]]:
    """As JSON can hold it."""
    return {key: form.model_dump(mode="json") for key, form in answers.items()}
