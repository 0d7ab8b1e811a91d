"""Households of any composition that part and come together again: whoever takes a move back, at whatever time, everybody stands to the head
of that day as it was written of the two, as it follows, or is asked; where all are back and nothing else was changed, all is as it was."""

from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kazasu.foundation.time.clock import civil
from kazasu.foundation.values.numbers import IndividualNumber
from kazasu.municipality.casework import store as casework_store
from kazasu.municipality.moving.model import Leaver
from kazasu.municipality.moving.rules import heading
from kazasu.municipality.moving.service.cancelling import Cancelling
from kazasu.municipality.register import relationships
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.heads import kin_of
from kazasu.municipality.register.model import HeadAfter, register_number
from tests.support.city import CLERK, NEW, OLD, City, code_of, reading

LODGER = "同居人"
COUPLE = (("世帯主", "男", 45), ("妻", "女", 44))
CHILDREN = (("子", "男", 15), ("子", "女", 12))
OTHERS = (
    ("母", "女", 70), ("父", "男", 72), ("子の妻", "女", 22), ("子の子", "男", 1), (LODGER, "男", 30), (LODGER, "女", 60),
    ("妹", "女", 40), ("縁故者", "女", 50),
)  # fmt: skip
WOMAN_HEADS = (("世帯主", "女", 40), ("夫", "男", 39))
FAMILIES = st.tuples(
    st.sampled_from([COUPLE, WOMAN_HEADS, COUPLE[:1], WOMAN_HEADS[:1]]),
    st.sampled_from([(), CHILDREN[:1], CHILDREN]),
    st.lists(st.sampled_from(OTHERS), max_size=3, unique=True),
).map(lambda parts: (*parts[0], *parts[1], *parts[2]))
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["leave", "leave", "cancel", "cancel", "arrive", "depart", "head", "part", "join"]),
        st.integers(0, 63),
        st.integers(0, 5),
    ),
    min_size=2, max_size=9,
)  # fmt: skip


class House:
    """One household of a city, by the register's own functions; each step is a transaction of its own."""

    serial = 0

    def __init__(self, town, family):
        self.town = town
        self.cases, self.touched, self.apart = {}, False, {}
        House.serial += 100
        first = town.resident(10)
        self.number = register_number(50_000 + House.serial)
        self.family = family
        made = [
            replace(
                first, resident_id=register_number(60_000 + House.serial + at), household_number=self.number,
                record_code=code_of(50_000 + House.serial + at),
                individual_number=IndividualNumber.from_body(f"77{House.serial + at:09d}"),
                sex=sex, birth_date=date(2026 - age, 1, 1), birth_text=f"{2026 - age}-01-01", relationship=said,
                is_head=said == "世帯主",
            )
            for at, (said, sex, age) in enumerate(family)
        ]  # fmt: skip
        self.first = {one.resident_id: one for one in made}
        self.run(lambda tx: [register_store.enter(tx, one) for one in made])

    def run(self, work):
        self.town.clock.advance(timedelta(minutes=3))
        return self.town.databases("municipality").run("test.house", work, tenant=OLD, access=reading())  # fmt: skip

    @property
    def people(self):
        return self.run(lambda tx: register_store.several(tx, list(self.first)))

    def staying(self):
        return [
            one
            for one in self.people
            if one.state == "resident" and one.household_number == self.number
        ]

    def stands(self, one, head):
        """What can be written of the two, by how both stood to the first head."""
        old = next(p for p in self.first.values() if p.is_head)
        first, theirs = self.first[one.resident_id], self.first[head.resident_id]
        return relationships.standing(kin_of(theirs), old.sex, kin_of(first))

    def step(self, name, bits, at):
        getattr(self, name)(bits, at)

    def leave(self, bits, at):
        staying = self.staying()
        going = [one for n, one in enumerate(staying) if bits >> n & 1]
        if not going:
            return
        case = f"MV-{uuid4().hex[:12]}"

        def work(tx):
            (rest,) = heading.rests(tx, going)
            if rest.head.kind in ("ex-officio", "to-be-named"):
                named = rest.candidates[at % len(rest.candidates)]
                self._takes_over(tx, rest, named, case)
            for one in register_store.several(tx, [one.resident_id for one in going]):
                register_store.change(
                    tx, one, state="leaving", reason="国内転出", changed_on=civil(tx.now), case_id=case,
                    processed_at=tx.now, processed_by=CLERK.staff_id,
                )  # fmt: skip

        self.run(work)
        self.cases[case] = [one.resident_id for one in going]

    def _takes_over(self, tx, rest, named, case):
        offered = heading.offered(rest, named.resident_id)
        written = {key: one.relationship or LODGER for key, one in offered.items()}
        others = heading.related(rest, named, written, "本人の申出")
        heading.take_over(tx, named, others, on=civil(tx.now), case_id=case, by=CLERK.staff_id)

    def cancel(self, bits, at):
        if not self.cases:
            return
        case = list(self.cases)[at % len(self.cases)]
        self._back(case, self.cases.pop(case))

    def _back(self, case, ids):
        leavers = [
            Leaver(case, one, uuid4(), NEW, date(2026, 12, 1), "open", None, 0) for one in ids
        ]
        notice = SimpleNamespace(case_id=case, decided_by=CLERK.staff_id)
        self.run(lambda tx: Cancelling._restore(tx, notice, leavers))

    def arrive(self, bits, at):
        """Some of a notice; the others may still take it back."""
        if not self.cases:
            return
        case = list(self.cases)[at % len(self.cases)]
        here = [one for n, one in enumerate(self.cases[case]) if bits >> n & 1]
        self.cases[case] = [one for one in self.cases[case] if one not in here]
        if not self.cases[case]:
            del self.cases[case]
        self._closed(here, "left")
        self.touched |= bool(here)

    def depart(self, bits, at):
        if self.cases:
            self._closed(self.cases[list(self.cases)[at % len(self.cases)]], "left-planned")

    def _closed(self, ids, state):
        def work(tx):
            for one in register_store.several(tx, ids):
                register_store.change(
                    tx, one, state=state, is_head=False, reason="国内転出", changed_on=civil(tx.now),
                    processed_at=tx.now, processed_by="system",
                )  # fmt: skip

        self.run(work)

    def head(self, bits, at):
        """世帯主変更 at the desk: no move, another head."""
        staying = self.staying()
        old = next((one for one in staying if one.is_head), None)
        others = [one for one in staying if not one.is_head]
        if old is None or not others:
            return
        self.touched = True
        rest = heading.Rest(
            self.number, HeadAfter("to-be-named"), staying, date(2026, 12, 1), old.sex
        )
        self.run(lambda tx: self._takes_over(tx, rest, others[at % len(others)], "HC-1"))

    def part(self, bits, at):
        """世帯分離: one of them who does not head it."""
        others = [one for one in self.staying() if not one.is_head]
        if not others:
            return
        one, self.touched = others[at % len(others)], True
        House.serial += 100
        self.apart[one.resident_id] = register_number(50_000 + House.serial)
        self._passes(one, self.apart[one.resident_id], "世帯主", "世帯分離")

    def join(self, bits, at):
        """世帯合併: and back, under whoever heads it then."""
        head = next((one for one in self.staying() if one.is_head), None)
        for one in self.people:
            if (
                head
                and one.household_number == self.apart.get(one.resident_id)
                and one.state == "resident"
            ):
                said = self.stands(one, head).relationship or LODGER
                self._passes(one, self.number, said, "世帯合併")

    def _passes(self, one, household, said, reason):
        self.run(lambda tx: register_store.change(
            tx, one, household_number=household, relationship=said, is_head=said == "世帯主", reason=reason,
            changed_on=civil(tx.now), processed_at=tx.now, processed_by=CLERK.staff_id,
        ))  # fmt: skip

    def must_be_sound(self):
        staying = self.staying()
        heads = [
            one
            for one in self.people
            if one.is_head and one.here and one.household_number == self.number
        ]
        assert len(heads) <= 1, self.told()
        if not staying:
            return
        assert len(heads) == 1, self.told()
        assert relationships.doubts(staying) == [], self.told()
        for one in staying:
            if one.resident_id != heads[0].resident_id:
                can_be = {*self.stands(one, heads[0]).offered, LODGER}
                assert one.relationship in can_be, (one.relationship, can_be, self.told())

    def told(self):
        return [
            (one.relationship, one.is_head, one.state, self.first[one.resident_id].relationship)
            for one in self.people
        ]

    def notes(self, case):
        found = self.run(lambda tx: casework_store.standing(tx, "out", case, next_by=(), acts=()))
        return [one.words for one in found.notes]


def test_any_household_parts_and_is_whole_again(databases, clock):
    town = City(databases, clock, size=1)

    @settings(
        max_examples=60, deadline=None, derandomize=True, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(FAMILIES, STEPS)
    def whole_again(family, steps):
        house = House(town, family)
        for one in steps:
            house.step(*one)
            house.must_be_sound()
        while house.cases:
            house.cancel(0, 0)
            house.must_be_sound()
        if not house.touched:
            found = {one.resident_id: (one.is_head, one.relationship) for one in house.people}
            first = {key: (one.is_head, one.relationship) for key, one in house.first.items()}
            assert found == first

    whole_again()


def test_who_stays_after_all_with_a_lodger_who_heads_by_now_is_not_his_husband(databases, clock):
    """Hanako leaves with husband and child, and is registered elsewhere; the lodger heads what is left, and the two stay with him."""
    house = House(City(databases, clock, size=1), (("世帯主", "女", 38), ("夫", "男", 40), ("子", "男", 1), (LODGER, "男", 30)))  # fmt: skip
    house.leave(0b0111, 0)
    (case,) = house.cases
    house.arrive(0b0001, 0)
    house.depart(0, 0)
    house.cancel(0, 0)
    _, husband, child, lodger = sorted(house.people, key=lambda one: one.resident_id)
    assert (lodger.is_head, lodger.relationship) == (True, "世帯主")
    assert [(one.state, one.relationship) for one in (husband, child)] == [("resident", LODGER)] * 2
    (note,) = house.notes(case)
    assert "世帯分離" in note
    assert f"{husband.name}：同居人か縁故者" in note


def test_who_married_again_while_she_was_away_has_one_wife_when_she_is_back(databases, clock):
    house = House(City(databases, clock, size=1), (("世帯主", "男", 45), ("妻", "女", 44), ("同居人", "女", 40)))  # fmt: skip
    house.leave(0b010, 0)
    (case,) = house.cases

    def marries(tx):
        (other,) = (one for one in house.people if one.relationship == LODGER)
        register_store.change(tx, other, relationship="妻", reason="職権修正", changed_on=civil(tx.now), processed_at=tx.now)  # fmt: skip

    house.run(marries)
    house.cancel(0, 0)
    assert sorted(one.relationship for one in house.people) == ["世帯主", "同居人", "妻"]
    assert "妻か同居人" in house.notes(case)[0]
