"""Founding the country: authorities, institutions, cities with their people, cards.

Steps: 1 the ceremony; 2 institutions' keys and the directory; 3 each city's register and the network's;
4 cards with certificates; 5 who works where; who may ask the identity service, and the staff's subjects.
"""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding

from kazasu.card.chip.image import CardBox
from kazasu.card.transports.tray import Shown, write_tray
from kazasu.contracts.base import InstitutionId
from kazasu.contracts.offices import OfficePlan
from kazasu.exchange.directory import Directory, Entry, read_directory, write_directory
from kazasu.exchange.institution import Institution
from kazasu.exchange.keys import read_institution
from kazasu.exchange.street import institution, street
from kazasu.foundation.actions import action
from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.enciphering.key_files import make_column_keys
from kazasu.foundation.settings import Settings
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import Clock, today
from kazasu.identity import founding as identity
from kazasu.jpki import founding as jpki
from kazasu.jpki.authorities.ceremony import hold_ceremony
from kazasu.jpki.authorities.institutions import issue_institution
from kazasu.jpki.authorities.keyring import Authority, read_authority
from kazasu.jpki.authorities.keys import read_authorities
from kazasu.jpki.authorities.terminals import make_terminal
from kazasu.jpki.services import services
from kazasu.jukinet import founding as jukinet
from kazasu.kit.staff import Member, employ
from kazasu.municipality import founding as municipality
from kazasu.municipality.founding import (
    FoundingCity,
    FoundingOffice,
    FoundingResident,
)
from kazasu.society.numbers import sandbox_subject
from kazasu.society.personas import HOUSEHOLDS, PERSONAS, Persona
from kazasu.society.places import Municipality, chosen
from kazasu.society.population.people import Person
from kazasu.society.registering import Serials, residents
from kazasu.society.tray import SEX_CODE, make_card

OFFICE_PLANS: Final = Path(__file__).with_name("office_plans.toml")
FOUND: Final = action(
    "society.country.found", "system", Text("建国", "Founding the country"),
    itself="founding", shows="nobody", why="everybody at once, invented here; nobody looks at anybody",
)  # fmt: skip


def found_country(
    settings: Settings,
    founders: Mapping[str, Database],
    clock: Clock,
    *,
    cities: str,
    residents: int,
    seed: int,
    tell: Callable[..., None] = lambda *_, **__: None,
    ports: Mapping[str, int] | None = None,
) -> None:
    """Found the sandbox country in empty rooms.

    Args:
        founders: each room's database for its founder's role. A city that lives on a database of
            its own is there under ``city:<code>``; the others under ``municipality``.
        tell: called with a Text and its facts as the founding goes on.
        ports: where an institution listens, if not at ``settings.port``.

    Raises Refusal ``society.unknown-city``.
    """
    _Founding(settings, founders, clock, chosen(cities), residents, seed, tell, ports or {}).run()


@dataclass(frozen=True, slots=True)
class Post:
    """Somebody's post at an institution, known before their first sign-in."""

    at: InstitutionId
    persona: Persona
    roles: tuple[str, ...] = ()
    """Empty: an operator of the institution, not a clerk at its desk."""


class _Founding:
    def __init__(
        self,
        settings: Settings,
        founders: Mapping[str, Database],
        clock: Clock,
        cities: tuple[Municipality, ...],
        how_many: int,
        seed: int,
        tell: Callable[..., None],
        ports: Mapping[str, int],
    ) -> None:
        self._settings = settings
        self._folder: Path = settings.directory_file.parent
        self._founders = founders
        self._clock = clock
        self._cities = cities
        self._how_many = how_many
        self._seed = seed
        self._tell = tell
        self._ports = ports
        self._carded: dict[str, tuple[FoundingResident, Municipality]] = {}
        self._protected: list[tuple[str, str]] = []

    def run(self) -> None:
        self._tell(Text("認証局をつくっています…", "Making the authorities…"))
        hold_ceremony(self._folder, self._clock)  # 1
        make_terminal(self._folder, read_authority(self._folder, "terminal-ca"))
        directory = self._institutions()  # 2
        self._people()  # 3
        self._cards(directory)  # 4
        self._staff()  # 5
        self._identity(directory)

    # ------------------------------------------------------------ institutions

    def _institutions(self) -> Directory:
        authority = read_authority(self._folder, "institutions-ca")
        entries = [self._entry(authority, *wanted) for wanted in self._wanted()]
        pem = authority.certificate.public_bytes(Encoding.PEM).decode()
        write_directory(self._settings.directory_file, pem, entries)
        self._tell(Text("{count} の機関を開きました", "{count} institutions have keys"), count=len(entries))  # fmt: skip
        return read_directory(self._settings.directory_file, self._clock)

    def _entry(
        self, authority: Authority, declared: Institution, city: Municipality | None
    ) -> Entry:
        own = declared.of(str(city.code) if city else "")
        port = self._ports.get(own, self._settings.port)
        origin = declared.origin(self._settings.scheme, port, city.slug if city else "")
        certificates = issue_institution(authority, self._folder, own, origin, self._clock.now())
        if declared.holds_numbers:
            make_column_keys(self._folder / "keys", own)
        name = Text(city.name, city.roman) if city else declared.name
        if city and declared.id != "city":
            name = Text(f"{city.name} {declared.name.ja}", f"{city.roman} {declared.name.en}")
        facts = (
            {"prefecture": Text(city.prefecture, city.prefecture_roman.partition("-")[0])}
            if city
            else {}
        )
        return Entry(own, origin, name, certificates, facts)

    def _wanted(self) -> Iterator[tuple[Institution, Municipality | None]]:
        """Who gets keys: each institution of the street, for each municipality where it has tenants."""
        for declared in street():
            for city in self._cities if declared.each else (None,):
                yield declared, city

    # ------------------------------------------------------------ people

    def _people(self) -> None:
        day = today(self._clock)
        serials = Serials(self._seed)
        each, more = divmod(self._how_many, len(self._cities))
        total = 0
        for place, city in enumerate(self._cities):
            registrations: list[jukinet.FoundingRegistration] = []
            rows = residents(city, each + (place < more), serials, day)
            total += self._city(city, self._noted(city, rows, registrations))
            self._founders["jukinet"].run(
                "found.registrations", _registering(registrations), access=FOUND.by()
            )
            if len(self._cities) <= 20 or not place % 100:
                self._tell(Text("{city}: ここまで {total} 人", "{city_en}: {total} residents so far"),
                           city=city.name, city_en=city.roman, total=f"{total:,}")  # fmt: skip
        self._founders["jpki"].run(
            "found.protected", lambda tx: jpki.protect(tx, self._protected), access=FOUND.by()
        )

    def _noted(
        self,
        city: Municipality,
        rows: Iterator[tuple[FoundingResident, Person]],
        registrations: list[jukinet.FoundingRegistration],
    ) -> Iterator[FoundingResident]:
        for resident, person in rows:
            if not resident.left:
                registrations.append(
                    jukinet.FoundingRegistration(
                        resident.record_code,
                        str(city.code),
                        resident.lives_here_since,
                        resident.individual_number,
                    )
                )
                if person.card_id:
                    self._carded[person.card_id] = resident, city
                if resident.protected:
                    self._protected.append((resident.record_code, str(city.code)))
            yield resident

    def _city(self, city: Municipality, rows: Iterator[FoundingResident]) -> int:
        database = self._founders.get(f"city:{city.code}", self._founders["municipality"])
        return database.run(
            "found.city",
            lambda tx: municipality.found(tx, _city_of(city), rows),
            tenant=str(city.code),
            access=FOUND.by(),
            isolation="READ COMMITTED",
        )

    # ------------------------------------------------------------ staff

    def _posts(self) -> Iterator[Post]:
        """Who works where: in a city hall its clerks, at a desk that has operators alone the operator, elsewhere the first of
        the clerks in every role."""
        for declared in street():
            for city in self._cities if declared.staff and declared.each else (None,):
                clerks = [
                    p for p in PERSONAS if p.staff_roles and (not city or p.city == str(city.code))
                ]
                own = declared.of(str(city.code) if city else "")
                if declared.id == "city":
                    yield from (Post(own, p, tuple(sorted(p.staff_roles))) for p in clerks)
                    yield from (
                        Post(own, p, _REVIEWER) for p in PERSONAS if own.tenant in p.reviews
                    )
                elif declared.staff == (_OPERATOR,):
                    yield from (Post(own, p, declared.staff) for p in PERSONAS if p.operates)
                elif declared.staff:
                    yield from (Post(own, p, declared.staff) for p in clerks[:1])
        yield from (Post(InstitutionId(p.operates), p) for p in PERSONAS if p.operates)

    def _staff(self) -> None:
        """The desks' own lists of who works there."""
        rows: dict[InstitutionId, list[Member]] = {}
        for post in self._posts():
            if post.roles:
                subject = self._subject(post)
                one = Member(
                    post.persona.card_id,
                    _STAFF_NAMES[post.persona.card_id][0],
                    list(post.roles),
                    subject,
                    _STAFF_NAMES[post.persona.card_id][1],
                )
                rows.setdefault(post.at, []).append(one)
        for at, members in rows.items():
            schema = institution(at.kind).schema
            self._founders.get(at, self._founders[schema]).run(
                "found.staff", _employing(members), tenant=at.tenant, access=FOUND.by()
            )

    def _subject(self, post: Post) -> str:
        return sandbox_subject(self._seed, post.persona.card_id, post.at)

    # ------------------------------------------------------------ cards

    def _cards(self, directory: Directory) -> None:
        authorities = read_authorities(self._folder)
        institution = read_institution(self._folder / "keys", "jpki", directory)
        issuing = services(self._founders["jpki"], authorities, institution, self._clock).issuing
        box = CardBox(self._folder / "cards")
        wanted = [persona for persona in PERSONAS if persona.card_id in self._carded]
        shown = []
        for number, persona in enumerate(wanted, 1):
            resident, city = self._carded[persona.card_id]
            expires_on = make_card(
                persona, number, self._seed, resident, city, today(self._clock), issuing,
                authorities, box,
            )  # fmt: skip
            shown.append(
                Shown(
                    card_id=persona.card_id,
                    name=resident.alias or resident.name,
                    kana=resident.kana,
                    born=f"{resident.birth_date}",
                    city_ja=city.name,
                    city_en=city.roman,
                    story_ja=persona.story.ja,
                    story_en=persona.story.en,
                    staff=persona.at_work,
                    sex=SEX_CODE[resident.sex],
                    expires_on=f"{expires_on}",
                )
            )
        write_tray(self._folder, shown)
        self._tell(Text("カード置き場に {count} 枚", "{count} cards in the tray"), count=len(shown))

    # ------------------------------------------------------------ identity

    def _identity(self, directory: Directory) -> None:
        posts = [post for post in self._posts() if post.persona.card_id in self._carded]

        def references(tx: Transaction) -> list[identity.FoundingSubject]:
            return [
                identity.FoundingSubject(
                    jpki.reference(
                        tx, "identity", self._carded[post.persona.card_id][0].record_code
                    ),
                    post.at,
                    self._subject(post),
                )
                for post in posts
            ]

        subjects = self._founders["jpki"].run("found.references", references, access=FOUND.by())
        self._founders["identity"].run(
            "found.clients",
            lambda tx: identity.found(tx, directory, subjects),
            access=FOUND.by(),
        )


def _employing(members: list[Member]) -> Callable[[Transaction], None]:
    return lambda tx: employ(tx, members)


def _registering(
    rows: list[jukinet.FoundingRegistration],
) -> Callable[[Transaction], int]:
    return lambda tx: jukinet.found(tx, rows)


_OPERATOR: Final = "operator"
_REVIEWER: Final = ("auditor",)
_STAFF_NAMES: Final = {
    person.card_id: (
        f"{person.surname}　{person.given}",
        f"{person.surname_kana}　{person.given_kana}",
    )
    for households in HOUSEHOLDS.values()
    for household in households
    for person in household.people
}


@cache
def _office_plans() -> dict[str, OfficePlan]:
    """Of each kind of office; all cities' are alike. No real building's."""
    drawn = tomllib.loads(OFFICE_PLANS.read_text(encoding="utf-8"))
    return {kind: OfficePlan.model_validate(plan) for kind, plan in drawn.items()}


def _city_of(city: Municipality) -> FoundingCity:
    """Two counters each: the city hall, and a branch that is smaller."""
    plans = _office_plans()
    hall = Text(f"{city.name}役所", f"{city.roman} City Hall")
    branch = Text(f"{city.name} 駅前サービスコーナー", f"{city.roman} Station Service Corner")
    return FoundingCity(
        code=city.code,
        name=Text(city.name, city.roman),
        prefecture=city.prefecture,
        prefecture_roman=city.prefecture_roman,
        roman=city.roman,
        offices=(
            FoundingOffice(
                "hall", hall, f"{city.prefecture}{city.name}本庁舎１階", 4, plans["hall"]
            ),
            FoundingOffice(
                "station", branch, f"{city.prefecture}{city.name}駅前ビル２階", 2, plans["station"]
            ),
        ),
    )
