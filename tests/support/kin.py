"""Families made at random, and how their people truly stand to one another: read off the family, by no rule of the register's."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from kazasu.municipality.register.relationships import Kin, rank

MOST = 4


@dataclass(eq=False)
class Person:
    sex: str
    born: date
    parents: list["Person"] = field(default_factory=list)
    spouse: "Person | None" = None
    unwed: bool = False

    def __repr__(self):
        return f"{self.sex}{self.born:%Y}"


class Family:
    """One root couple with their parents, brothers and sisters, children and grandchildren, of second marriages, too."""

    def __init__(self, random, *, adoptions):
        self.random, self.adoptions, self.people = random, adoptions, []
        root = self.person(60)
        self.with_parents(root, 60)
        self.couple(root, 60, depth=2)

    def adopts(self, chance):
        """Once in a family, if it does at all."""
        now = self.adoptions and self.random.random() < chance
        self.adoptions = self.adoptions and not now
        return now

    def person(self, age, sex="", parents=()):
        born = date(2026, 1, 1) - timedelta(days=age * 365 + self.random.randrange(3000))
        found = Person(sex or self.random.choice("男女"), born, list(parents))
        self.people.append(found)
        return found

    def with_parents(self, child, age):
        """Father, mother or both; brothers and sisters, some of one parent alone, with children of their own."""
        father, mother = self.person(age + 30, "男"), self.person(age + 30, "女")
        father.spouse, mother.spouse = mother, father
        child.parents = self.random.choice([[father], [mother], [father, mother]])
        for _ in range(self.random.randrange(3)):
            parents = self.random.choice([[father], [mother], [father, mother]])
            sibling = self.person(age, parents=parents)
            if self.random.random() < 0.4:
                self.couple(sibling, age, depth=1)

    def couple(self, one, age, depth):
        chance = self.random.random
        other = None
        if chance() < 0.8:
            other = self.person(age, "女" if one.sex == "男" else "男")
            one.spouse, other.spouse = other, one
            one.unwed = other.unwed = chance() < 0.1
            if chance() < 0.4:
                self.with_parents(other, age)
        if other and not one.unwed and one.parents and self.adopts(0.3):
            other.parents = [*other.parents, *one.parents]
        if depth == 0:
            return
        for _ in range(self.random.randrange(4)):
            sure = [[one], [one, other], [one, other], [other]] if other else [[one]]
            child = self.person(age - 30, parents=self.random.choice(sure))
            if other and len(child.parents) == 1 and self.adopts(0.3):
                child.parents = [one, other]
            if chance() < 0.6:
                self.couple(child, age - 30, depth - 1)
            if one in child.parents and one.parents and self.adopts(0.2):
                child.parents = [*child.parents, *one.parents]

    def next_to(self, one):
        """Everybody one link away, with every word for them."""
        found = []
        if one.spouse:
            word = "夫" if one.spouse.sex == "男" else "妻"
            found.append((one.spouse, f"{word}（未届）" if one.unwed else word))
        for other in self.people:
            if one in other.parents:
                found.append((other, "子"))
                mate = other.spouse
                if mate and one in mate.parents and not other.unwed:
                    found.append((other, "子（子の夫）" if other.sex == "男" else "子（子の妻）"))
            if other in one.parents:
                found.append((other, "父" if other.sex == "男" else "母"))
            if other is not one and set(other.parents) & set(one.parents):
                older = other.born < one.born
                found.append(
                    (
                        other,
                        ("兄" if older else "弟")
                        if other.sex == "男"
                        else ("姉" if older else "妹"),
                    )
                )
        return found

    def truths(self, one):
        """By person: every form that is true and stands highest on paper (標準仕様書 1.1.11), the shortest first; beyond four links
        縁故者."""
        reached, best = [(one, ())], {}
        for _ in range(MOST):
            found = {}
            for person, words in reached:
                for other, word in self.next_to(person):
                    found.setdefault((other, (*words, word)), None)
            reached = list(found)
            for other, words in reached:
                said = "の".join(words)
                best.setdefault(other, {}).setdefault(rank(said), []).append(said)
        return {
            other: ways[min(ways)] if (ways := best.get(other)) else ["縁故者"]
            for other in self.people
            if other is not one
        }


def as_registered(family, head, people, random):
    """How the register has these people under that head."""
    truths = family.truths(head)
    found = {head: Kin("世帯主", head.sex, head.born)}
    for one in people:
        if one is not head:
            least = min(said.count("の") for said in truths[one])
            short = [said for said in truths[one] if said.count("の") == least]
            found[one] = Kin(random.choice(short), one.sex, one.born)
    return found
