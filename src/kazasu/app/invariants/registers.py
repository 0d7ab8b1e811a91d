"""City registers beside the network: the same people in the same places, every version kept, nothing
left of a cancelled move (municipal §1.6 I1, I3, I4, I9)."""

from collections.abc import Iterator
from dataclasses import dataclass

from kazasu.app.invariants.checker_view import CheckerView, Invariant
from kazasu.foundation.text import Text
from kazasu.foundation.values.places.houses import same_house
from kazasu.foundation.values.places.postcodes import lies_in, places_of
from kazasu.municipality.register.relationships import doubts

_CITIES = ("municipality",)
_BOTH = ("municipality", "jukinet")


def _elsewhere(sight: CheckerView) -> Iterator[str]:
    """Open records against open registrations, both ways."""
    here = {
        (row["record_code"], row["municipality_code"])
        for row in sight.rows(
            "municipality",
            """SELECT record_code, municipality_code FROM resident
               WHERE state IN ('resident', 'leaving')""",
        )
    }
    there = {
        (row["resident_record_code"], row["municipality_code"])
        for row in sight.rows(
            "jukinet",
            "SELECT resident_record_code, municipality_code FROM registration WHERE until IS NULL",
        )
    }
    for person, city in here ^ there:
        yield f"{'*' * 7}{person[-4:]} {city}: {'register' if (person, city) in here else 'network'}"


def _dead_here_alive_there(sight: CheckerView) -> Iterator[str]:
    """Of whose death one city entered, and whom another has open without a word that waits at its desk."""
    rows = sight.rows(
        "municipality",
        """SELECT record_code, municipality_code, state, reason FROM resident
           WHERE state IN ('resident', 'leaving') OR (state = 'left' AND reason = '死亡')""",
    )
    told = {
        (row["resident_record_code"], row["municipality_code"])
        for row in sight.rows(
            "municipality",
            "SELECT resident_record_code, municipality_code FROM death_told WHERE settled_at IS NULL",
        )
    }
    dead = {row["record_code"] for row in rows if row["state"] == "left"}
    for row in rows:
        person, city = row["record_code"], row["municipality_code"]
        if row["state"] != "left" and person in dead and (person, city) not in told:
            yield f"{'*' * 7}{person[-4:]} {city}"


def _versions(sight: CheckerView) -> Iterator[str]:
    """The record in force is the last version, and no version is missing."""
    for row in sight.rows(
        "municipality",
        """SELECT r.municipality_code, r.resident_id FROM resident r
           LEFT JOIN resident_history h USING (municipality_code, resident_id)
           GROUP BY r.municipality_code, r.resident_id, r.version
           HAVING max(h.version) IS DISTINCT FROM r.version OR count(h.version) <> r.version
           UNION ALL
           SELECT r.municipality_code, r.resident_id FROM resident r
           JOIN resident_history h USING (municipality_code, resident_id, version)
           WHERE NOT to_jsonb(r) @> to_jsonb(h)""",
    ):
        yield f"{row['municipality_code']} {row['resident_id']}"


def _purged(sight: CheckerView) -> Iterator[str]:
    """Of a move that is off nothing is left at the new city: no mover's data, no reservation, no entry (I9)."""
    for row in sight.rows(
        "municipality",
        """SELECT municipality_code, case_id FROM moving_in
           WHERE state IN ('withdrawn', 'cancelled', 'elsewhere', 'dropped')
             AND (reservation IS NOT NULL OR entry <> '{}' OR visit <> '{}')
           UNION
           SELECT m.municipality_code, m.case_id FROM moving_in m JOIN arriver a
             USING (municipality_code, case_id) WHERE m.state IN ('cancelled', 'elsewhere', 'dropped')""",
    ):
        yield f"{row['municipality_code']} {row['case_id']}"


def _provisional(sight: CheckerView) -> Iterator[str]:
    """Nothing of an arrival is in the register but those whom it registered (I4): of one notice some may be still to come."""
    for row in sight.rows(
        "municipality",
        """SELECT m.municipality_code, m.case_id FROM moving_in m JOIN resident_history h
             USING (municipality_code, case_id)
           WHERE h.reason IN ('国内転入', '転居') AND NOT EXISTS (
               SELECT FROM arriver a WHERE a.municipality_code = h.municipality_code AND a.case_id = h.case_id
                  AND a.resident_id = h.resident_id)""",
    ):
        yield f"{row['municipality_code']} {row['case_id']}"


def _heads(sight: CheckerView) -> Iterator[str]:
    """Who lives together has one head, once none of them is on the move: the one whose 続柄 says so, and nobody else's does."""
    for row in sight.rows(
        "municipality",
        """SELECT municipality_code, household_number FROM resident
           WHERE state IN ('resident', 'leaving')
           GROUP BY municipality_code, household_number
           HAVING (count(*) FILTER (WHERE is_head) <> 1 OR bool_or(is_head <> (relationship = '世帯主')))
              AND count(*) FILTER (WHERE state = 'leaving') = 0""",
    ):
        yield f"{row['municipality_code']} {row['household_number']}"


@dataclass(frozen=True, slots=True)
class _Member:
    """As rules of the register see somebody; nobody's name is read for it."""

    sex: str
    relationship: str
    is_head: bool
    name: str = ""
    kana: str = ""


def _related(sight: CheckerView) -> Iterator[str]:
    """Households at rest whose relationships cannot be true of anybody: two spouses, a husband of a man, a mother who is none."""
    found: dict[tuple[str, str], list[_Member]] = {}
    for row in sight.rows(
        "municipality",
        """SELECT municipality_code, household_number, sex, relationship, is_head FROM resident
           WHERE state = 'resident'""",
    ):
        members = found.setdefault((row["municipality_code"], row["household_number"]), [])
        members.append(_Member(row["sex"], row["relationship"], row["is_head"]))
    for (city, household), members in found.items():
        if doubts(members):
            yield f"{city} {household}"


def _scattered(sight: CheckerView) -> Iterator[str]:
    """Households that live at more than one address, by the rule by which one is joined; who is leaving is on the way."""
    for row in sight.rows(
        "municipality",
        """SELECT municipality_code, household_number,
                  array_agg(DISTINCT concat(prefecture, city, town, block, '　', building)) AS lines
           FROM resident WHERE state = 'resident'
           GROUP BY municipality_code, household_number
           HAVING count(DISTINCT (prefecture, city, town, block, building)) > 1""",
    ):
        first, *others = row["lines"]
        if not all(same_house(first, one) for one in others):
            yield f"{row['municipality_code']} {row['household_number']}"


def _outside(sight: CheckerView) -> Iterator[str]:
    """Residents in force whose address is another municipality's (住民基本台帳法 7条7号)."""
    for row in sight.rows(
        "municipality",
        """SELECT r.municipality_code, r.prefecture = c.prefecture AS near, r.city, c.city_ja,
                  array_agg(r.resident_id) AS ids
           FROM resident r JOIN city c USING (municipality_code)
           WHERE r.state IN ('resident', 'leaving')
           GROUP BY r.municipality_code, r.prefecture = c.prefecture, r.city, c.city_ja""",
    ):
        if not row["near"] or not lies_in(row["city"], row["city_ja"]):
            for resident_id in row["ids"]:
                yield f"{row['municipality_code']} {resident_id}"


def _empty(sight: CheckerView) -> Iterator[str]:
    """Residents in force of whom the register does not say who or where they are."""
    for row in sight.rows(
        "municipality",
        """SELECT municipality_code, resident_id, prefecture, city, town, postcode,
                  name ~ '[^[:space:]]' AND block ~ '[^[:space:]]' AS but_for_the_town FROM resident
           WHERE state IN ('resident', 'leaving')
             AND NOT (name ~ '[^[:space:]]' AND town ~ '[^[:space:]]' AND block ~ '[^[:space:]]')""",
    ):
        townless = {(p.prefecture, p.city) for p in places_of(row["postcode"]) if not p.town}
        if (
            row["town"]
            or not row["but_for_the_town"]
            or (row["prefecture"], row["city"]) not in townless
        ):
            yield f"{row['municipality_code']} {row['resident_id']}"


REGISTERS = (
    Invariant(
        "registered-where-the-network-says",
        Text("市の台帳と住基ネットは、同じ人を同じ市に登録している",
             "City registers and the network have the same people in the same cities"),
        _BOTH, _elsewhere, whole=True,
    ),
    Invariant(
        "death-reaches-who-has-them",
        Text("一つの市で死亡が記載された人は、ほかの市の台帳に残らないか、その窓口に伝えられている",
             "Whose death one city entered is on no other register, unless its desk was told"),
        _CITIES, _dead_here_alive_there,
    ),
    Invariant(
        "every-version-kept",
        Text("住民票の今の姿は最後の履歴と同じで、履歴に抜けがない",
             "A record in force is its last version, and no version is missing"),
        _CITIES, _versions,
    ),
    Invariant(
        "cancelled-is-purged",
        Text("取り消された転出の情報は、転入先に残っていない",
             "Nothing of a cancelled move is left at the new city"),
        _CITIES, _purged,
    ),
    Invariant(
        "provisional-stays-out",
        Text("仮登録のものは台帳に入っていない", "Provisional entries are not in the register"),
        _CITIES, _provisional,
    ),
    Invariant(
        "one-head",
        Text("一緒に住む人には世帯主が一人いて、続柄もそうなっている",
             "Who lives together has one head, by their relationships, too"),
        _CITIES, _heads,
    ),
    Invariant(
        "related-to-the-head",
        Text("続柄は、世帯主の性別や配偶者の数と矛盾しない",
             "Relationships fit the head: one spouse, and the sex that the word says"),
        _CITIES, _related,
    ),
    Invariant(
        "one-address",
        Text("一つの世帯の住所は一つ", "A household lives at one address"),
        _CITIES, _scattered,
    ),
    Invariant(
        "address-in-its-city",
        Text("住民の住所は、登録している市区町村の中にある", "A resident's address lies in the city of registration"),
        _CITIES, _outside,
    ),
    Invariant(
        "named-and-housed",
        Text("住民には氏名と住所が書かれている", "Every resident has a name and an address"),
        _CITIES, _empty,
    ),
)  # fmt: skip
