"""One family and its moves by lot."""

import random
from collections.abc import Callable
from dataclasses import replace

from kazasu.society.personas import CardTraits
from kazasu.society.stories import moving
from kazasu.society.stories.browser import NotOnPage
from kazasu.society.stories.moves import arriving, divided, leaving
from kazasu.society.stories.moves import households as joining
from kazasu.society.stories.moves.astray import by_paper, correcting, otherwise
from kazasu.society.stories.moves.cast import Cast, Home, Member
from kazasu.society.stories.moves.divided import Changed
from kazasu.society.stories.moves.doors import Doors
from kazasu.society.stories.moves.tale import NETWORK, PORTAL, Act, Party, Step, Tale
from kazasu.society.stories.stage import Stage
from tests.support.histories import losing
from tests.support.histories.model import Group, Move, headed_by
from tests.support.histories.reading import Reading
from tests.support.histories.steps import (
    CANCEL_BEFORE,
    NEXT,
    NEXT_WITHIN,
    NEXT_WITHOUT_CARD,
    STEPS,
    WITHIN_STEPS,
)

Operator = Callable[[str, str], None]
"""What is done to a card at J-LIS, and its id."""
BY_THEIR_CARD = (PORTAL, NETWORK)
"""Where a step is read back by the card of who gave the notice."""
WITHIN = 0.25
"""How many of the notices name the city in which they live."""
CHANGES = 0.25
"""How often a household changes before the next notice."""
CATCHES_UP = 0.5
"""How often whoever has a card that waits comes with it before anything else is done."""
BLOCKS = (moving.BLOCK, "５丁目７番地")


class History:
    """One family's. What happened is kept in ``told``, for whoever reads that it went wrong."""

    def __init__(
        self, stage: Stage, cast: Cast, home: Home, dice: random.Random, operator: Operator
    ) -> None:
        self._stage = stage
        self._cast = cast
        self._doors = Doors(stage, cast)
        self._dice = dice
        self._home = home
        self.groups = [Group(home.city, home.people)]
        self._lived: dict[str, set[str]] = {one.card_id: {home.city} for one in home.people}
        self.move: Move | None = None
        self._operator = operator
        self._reading = Reading(stage, self._doors, self.groups, self._lived)
        self.told = [
            f"{home.city}: " + ", ".join(f"{one.shown} ({one.person.relationship}, {one.age})" for one in home.people)
        ]  # fmt: skip

    # ------------------------------------------------------------ going on

    def go_on(self) -> bool:
        """One step. False: nothing is left to do for this family."""
        if self.move is None or self.move.stands in ("ended", "settled"):
            late = [one for one in self.groups if one.waiting]
            if late and self._dice.random() < CATCHES_UP:
                self._cards_later(self._dice.choice(late))
                return True
            if self._dice.random() < CHANGES and (told := self._changing()):
                self._changed(*told)
                return True
            self.move = self._another()
            if self.move is None:
                return False
        move = self.move
        table = NEXT_WITHIN if move.party.is_within else NEXT
        table = NEXT_WITHOUT_CARD if move.lost else table
        possible = [one for one in table[move.stands] if self._can(move, one[0])]
        chosen = self._dice.choice(possible)
        self._play(move, *chosen)
        self._reading.everybody_is_where_they_should_be(move)
        return True

    def _can(self, move: Move, name: str) -> bool:
        if name in ("walk-in", "bring-elsewhere"):
            return bool(self._elsewhere(move.party))
        if name == "some-cards":
            return len(move.party.going) > 1
        # After three months a card that was not updated ends: a story of its own.
        return name != "overdue" or not any(one.waiting for one in self.groups)

    def _play(self, move: Move, name: str, then: str) -> None:
        step = self._step(move, name)
        self.told.append(f"{self._stage.today}: {name} -> {then}")
        tale = Tale(self._stage, self._cast, self._doors, [move.party])
        tale.kept["note"] = otherwise.REASON
        tale.kept[losing.OPERATOR] = self._operator
        step.act(tale, move.party)
        for one in step.seen:
            if not move.lost or one.at not in BY_THEIR_CARD or name == "found":
                one.look(tale, move.party)
        if name == "found" and then == "registered":  # what could not be read while it was lost
            for one in STEPS["register"].seen:
                one.look(tale, move.party)
        move.done.append(name)
        move.stands = then
        move.lost = name == "lose" or (move.lost and name != "found")
        if name == "register":
            self._registered(move)
        elif name == "cards":
            move.of.waiting -= set(move.party.going)
        elif (
            name == "cancel" and "accept" in move.done
            and self._stage.today >= move.party.planned_day
        ):  # fmt: skip
            # The record was closed: what they signed with ended with it, and does not come back (公的個人認証法 12条1項2号).
            move.of.waiting |= {one for one in move.party.going if one.signs}

    def _step(self, move: Move, name: str) -> Step:
        step = STEPS[name]
        if move.party.is_within and name in WITHIN_STEPS:
            step = WITHIN_STEPS[name]
        elif name == "cancel" and "accept" not in move.done:
            return CANCEL_BEFORE
        own: dict[str, Act] = {
            "visit": self._visit, "register": self._register, "walk-in": self._walk_in, "bring": self._bring,
            "bring-elsewhere": self._bring_elsewhere, "document": self._document,
            "correct-all": self._correct_all, "some-cards": self._some_cards,
        }  # fmt: skip
        return step.but(act=own.get(name, step.act))

    # ------------------------------------------------------------ who moves

    def _another(self) -> Move | None:
        """The next notice that this family can give; None: there is none."""
        possible = [
            (group, one)
            for group in self.groups
            for one in group.who_sign
            if self._new_cities(group)
        ]
        if not possible:
            return None
        group, applicant = self._dice.choice(possible)
        going = self._going(group, applicant)
        staying = tuple(one for one in group.people if one not in going)
        host = self._host(group)
        if host:
            planned = host.city
        elif self._dice.random() < WITHIN:
            planned = group.city
        else:
            planned = self._dice.choice(self._new_cities(group))
        party = Party(
            applicant, going, group.city, planned, staying=staying,
            new_head=self._heads(group, staying), joins=self._as_home(host), stands_as=leaving.ANYBODY,
            moves_in=self._dice.choice((0, 0, 1, 3)), block=host.block if host else self._block(group),
            building=host.building if host else self._building(applicant),
        )  # fmt: skip
        self.told.append(
            f"notice of {applicant.shown} for {', '.join(one.shown for one in going)}: {group.city} to {planned}"
            + (f", joining {host.people[0].shown}" if host else "")
        )
        return Move(party, group)

    def _new_cities(self, group: Group) -> list[str]:
        """All but where they live. One where some of them lived before comes more often: they come back to it."""
        been = set().union(*(self._lived[one.card_id] for one in group.people))
        others = [one for one in self._cast.cities if one != group.city]
        return [*others, *(one for one in others if one in been)]

    def _block(self, group: Group) -> str:
        """Another one than theirs, in whichever city: nobody moves to where they live."""
        return self._dice.choice([one for one in BLOCKS if not group.moved or one != group.block])

    def _building(self, applicant: Member) -> str:
        """Of a protected person nobody else's: where it stands on a page, somebody reads where they are."""
        return (
            f"ハイツ光　{100 + len(self.told)}" if applicant.person.protected else moving.BUILDING
        )

    def _going(self, group: Group, applicant: Member) -> tuple[Member, ...]:
        """Some or all, so that no child stays or goes without somebody of age; alone where a protected person lives with them."""
        return (applicant,) if group.is_hidden else self._some(group, applicant)

    def _some(self, group: Group, applicant: Member) -> tuple[Member, ...]:
        others = [one for one in group.people if one is not applicant]
        while True:
            some = [one for one in others if self._dice.random() < self._dice.choice((0.3, 1.0))]
            staying = [one for one in others if one not in some]
            if not staying or any(one.age >= 18 for one in staying):
                return tuple(one for one in group.people if one is applicant or one in some)

    def _heads(self, group: Group, staying: tuple[Member, ...]) -> Member | None:
        """Of those whose head goes, where there is a choice."""
        if group.people[0] in staying or len(staying) < 2:
            return None
        grown = [one for one in staying if not one.is_child]
        return self._dice.choice(grown or staying)

    def _host(self, group: Group) -> Group | None:
        """Those of the family who moved before, at times."""
        before = [
            one for one in self.groups
            if one is not group and one.moved and one.address != group.address
        ]  # fmt: skip
        return self._dice.choice([*before, None]) if before else None

    def _as_home(self, group: Group | None) -> Home | None:
        if group is None:
            return None
        house = replace(self._cast.place_in(group.city), block=group.block, building=group.building)
        return Home(group.city, group.people, house)

    # ------------------------------------------------------------ who lives together

    def _changing(self) -> tuple[Group, Changed] | None:
        """A change of household that the desk takes; None: there is none."""
        group = self._dice.choice(self.groups)
        givers = [one for one in group.people if one.age >= 18]
        others = [
            one for one in self.groups
            if one is not group and one.address == group.address and not (one.is_hidden or group.is_hidden)
        ]  # fmt: skip
        if others and givers:
            return group, Changed("merge", joins=self._dice.choice(others).people[0])
        if len(group.people) == 1 or not givers:
            return None
        if self._dice.random() < 0.3:
            heads = [one for one in givers if one is not group.people[0]]
            return (group, Changed("head", head=self._dice.choice(heads))) if heads else None
        leaves = self._dice.choice(givers)
        going = self._some(group, leaves)
        staying = tuple(one for one in group.people if one not in going)
        if not staying:
            return None
        return group, Changed("split", going, head=leaves, rest_head=self._heads(group, staying))

    def _changed(self, group: Group, told: Changed) -> None:
        giver = told.head if told.kind == "split" else next(o for o in group.people if o.age >= 18)
        self.told.append(
            f"{self._stage.today}: {told.kind} in {group.city}, of {', '.join(one.shown for one in group.people)}: "
            f"{', '.join(one.shown for one in told.people)}, {told.head and told.head.shown}, {told.rest_head and told.rest_head.shown}"
        )  # fmt: skip
        tale = Tale(self._stage, self._cast, self._doors, [])
        divided.change_household(tale, group.city, giver, told)
        self.groups.remove(group)
        if told.kind == "head":
            after = [group.of(headed_by(told.head, group.people))]
        elif told.kind == "merge":
            host = next(one for one in self.groups if told.joins in one.people)
            self.groups.remove(host)
            after = [
                replace(
                    host, people=(*host.people, *group.people), waiting=host.waiting | group.waiting
                )
            ]
        else:
            staying = tuple(one for one in group.people if one not in told.people)
            head = group.people[0] if group.people[0] in staying else told.rest_head or staying[0]
            after = [
                group.of(headed_by(told.head, told.people)),
                group.of(headed_by(head, staying)),
            ]
        self.groups += after
        for one in after:
            self._reading.lives_together(one)
            apart = [each for other in self.groups if other is not one for each in other.people]
            for reader in one.who_sign[:1]:
                seen = one.people if not one.is_hidden else (reader,)
                divided.lives_with(tale, reader, seen, [*apart, *(set(one.people) - set(seen))])

    # ------------------------------------------------------------ the counter

    def _visit(self, tale: Tale, party: Party) -> None:
        if party.joins is not None:
            self._find(tale, party)
        self._again_if_changed(lambda: arriving.visit(tale, party))

    @staticmethod
    def _find(tale: Tale, party: Party) -> None:
        for act in (joining.FIND.act, *(one.look for one in joining.FIND.seen)):
            act(tale, party)

    def _again_if_changed(self, act: Callable[[], None]) -> None:
        """Whoever reads that somebody else was faster opens the page again: letters arrive between a page and its button."""
        try:
            act()
        except NotOnPage as error:
            if not any(one in str(error) for one in ("changed-meanwhile", "happened-meanwhile")):
                raise
            act()

    def _walk_in(self, tale: Tale, party: Party) -> None:
        party.arrives = self._dice.choice(self._elsewhere(party))
        party.joins = None
        otherwise.walk_in(tale, party)

    def _correct_all(self, tale: Tale, party: Party) -> None:
        """Others of them, on another day, to another city: by lot, and all of it may be as it was."""
        group = self._of(party)
        going = self._going(group, party.applicant)
        staying = tuple(one for one in group.people if one not in going)
        planned = self._dice.choice([party.planned, *self._new_cities(group)])
        wanted = replace(
            party, going=going, staying=staying, new_head=self._heads(group, staying), planned=planned,
            joins=party.joins if planned == party.planned else None, moves_in=self._dice.choice((0, 1, 3)),
        )  # fmt: skip
        if party.joins is not None and wanted.joins is None:
            wanted.block, wanted.building = self._block(group), self._building(party.applicant)
        self.told.append(
            f"corrected: {', '.join(one.shown for one in going)} to {planned} in {wanted.moves_in} days"
        )
        correcting.correct_to(tale, party, wanted)

    def _bring(self, tale: Tale, party: Party) -> None:
        by_paper.bring(tale, party)

    def _bring_elsewhere(self, tale: Tale, party: Party) -> None:
        party.arrives = self._dice.choice(self._elsewhere(party))
        party.joins = None
        self._bring(tale, party)

    def _document(self, tale: Tale, party: Party) -> None:
        if party.joins is not None:
            self._find(tale, party)
        self._again_if_changed(lambda: by_paper.show_a_document(tale, party))

    def _some_cards(self, tale: Tale, party: Party) -> None:
        """Somebody has forgotten theirs at home. The timeline says of how many the address is written."""
        some = tuple(self._dice.sample(party.going, self._dice.randrange(1, len(party.going))))
        self.told.append(f"with their cards: {', '.join(one.shown for one in some)}")
        first = replace(party, going=some)
        for act in (arriving.CARDS.act, arriving.written_on_the_cards, arriving.told_of_each_card):
            act(tale, first)
        self._of(party).waiting -= set(some)

    def _cards_later(self, group: Group) -> None:
        """Whose card waits comes with it, whatever it waits for: it is updated once for all."""
        some = tuple(sorted(group.waiting, key=lambda one: one.card_id))
        self.told.append(
            f"{self._stage.today}: cards later, in {group.city}: {', '.join(one.shown for one in some)}"
        )
        party = Party(some[0], some, group.city, group.city, block=group.block, building=group.building)  # fmt: skip
        tale = Tale(self._stage, self._cast, self._doors, [party])
        arriving.CARDS.act(tale, party)
        if group.moved:  # else they live where they were founded, and the card says so already
            arriving.written_on_the_cards(tale, party)
        group.waiting = frozenset()

    def _register(self, tale: Tale, party: Party) -> None:
        page = arriving.arrival(tale, party)
        fields = {}
        if not page.value("head"):  # nobody announced who heads them here
            token = next(
                value for label, value in page.choices("head").items()
                if self._first(party).shown in label
            )  # fmt: skip
            fields = {"head": token, f"relationship__{token}": "世帯主"}
        for name in page.named("relationship-"):
            field_name = name.replace("-", "__")
            if field_name not in fields and not page.value(name):
                fields[field_name] = leaving.ANYBODY
        arriving.decide(party, arriving.enter(tale, party, **fields))

    @staticmethod
    def _first(party: Party) -> Member:
        """Who heads them where they live by themselves."""
        return next((one for one in party.going if not one.is_child), party.applicant)

    def _elsewhere(self, party: Party) -> list[str]:
        """Cities to which they could come instead."""
        return [one for one in self._new_cities(self._of(party)) if one != party.planned]

    def _of(self, party: Party) -> Group:
        return self._of_member(party.applicant)

    def _of_member(self, member: Member) -> Group:
        return next(one for one in self.groups if member in one.people)

    # ------------------------------------------------------------ what is known

    def _registered(self, move: Move) -> None:
        party, group = move.party, move.of
        for one in party.going:
            self._lived[one.card_id].add(party.new)
        self.groups.remove(group)
        if party.staying:
            head = group.people[0]
            if head not in party.staying:
                head = party.new_head or party.staying[0]
            rest = (head, *(one for one in party.staying if one is not head))
            self.groups.append(group.of(rest))
        head = self._first(party)
        there = (head, *(one for one in party.going if one is not head))
        if party.joins is not None:
            host = next(one for one in self.groups if one.people == party.joins.people)
            host.people = (*host.people, *there)
            host.waiting |= set(there)
            move.of = host
        else:
            move.of = Group(
                party.new, there, moved=True, waiting=frozenset(there), block=party.block, building=party.building,
            )  # fmt: skip
            self.groups.append(move.of)


def may_play(home: Home) -> bool:
    """Everybody with an ordinary card and somebody who signs; staff stay where they work."""
    return bool(home.grown_ups) and not any(
        one.persona.at_work or one.persona.card != CardTraits() for one in home.people
    )
