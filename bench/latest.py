"""Latest attributes: ``python -m bench.latest [--certificates 1000000]``.

Current status of very many stored certificates, ten thousand to an inquiry, beside a bare ``SELECT`` of the same ids in the
same run; changes and pulls a second; and whether the time of a refusal tells a protected person from another: medians of
calls in turn, their difference, and the Mann-Whitney statistic (a value within ±2 tells nothing at this sample size).
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, cycle, islice, pairwise
from pathlib import Path
from typing import Any, get_args
from uuid import UUID, uuid4

import psycopg
from tests.conftest import THE_DAY
from tests.jpki.latest.world import BANK, LatestWorld
from tests.jpki.test_service import asked
from tests.support.databases import Databases

from bench.limit import machine
from kazasu.contracts.jpki.latest import (
    MOST_IDS,
    AttributeItem,
    AttributePurpose,
    CertificateStates,
)
from kazasu.foundation.audit import Access
from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.faults import Refusal
from kazasu.foundation.postgres import EmbeddedPostgres
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import FixedClock
from kazasu.foundation.values.numbers import ResidentRecordCode

LOADING = Access("system:bench", "jpki.bench.load", Text("計測", "Measuring"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--certificates", type=int, default=1_000_000)
    parser.add_argument(
        "--calls", type=int, default=400, help="refusals of each kind that are timed"
    )
    wish = parser.parse_args()
    print(f"machine: {machine()}")
    with tempfile.TemporaryDirectory(prefix="kazasu-bench-") as folder:
        Path(folder).chmod(0o711)
        clock = FixedClock(THE_DAY)
        with (
            EmbeddedPostgres(Path(folder) / "server") as server,
            Databases(server, Path(folder), clock) as databases,
        ):
            world = LatestWorld(databases, clock)
            ids = stored(databases.founder("jpki"), clock, wish.certificates)
            with psycopg.connect(databases.url("jpki"), autocommit=True) as connection:
                connection.execute("VACUUM ANALYZE")
                connection.execute("SET search_path TO jpki, public")
                status(world, connection, ids)
            pulls(world)
            refusals(world, wish.calls)


def stored(founder: Database, clock: FixedClock, count: int) -> list[UUID]:
    """So many certificates of as many people, each known to the bank by an id; one in fifty is revoked."""
    now, end = clock.now(), clock.now().replace(year=2030)
    people = [uuid4() for _ in range(count)]
    ids = [uuid4() for _ in range(count)]
    every = range(count)

    def load(tx: Transaction) -> None:
        tx.copy(
            "person", ("person_id", "resident_record_code"), ((people[n], f"b{n}") for n in every)
        )
        tx.copy(
            "card", ("card_id", "person_id", "media", "expires_on", "issued_at"),
            ((f"b{n}", people[n], "card", end.date(), now) for n in every),
        )  # fmt: skip
        tx.copy(
            "certificate",
            ("kind", "serial", "person_id", "card_id", "key_hash", "municipality_code", "not_before",
             "not_after", "recorded_at", "der", "revoked_at", "reason"),
            (("signing", 2**32 + n, people[n], f"b{n}", n.to_bytes(32), "141003", now, end, now, b"0",
              None if n % 50 else now, "" if n % 50 else "affiliation_changed") for n in every),
        )  # fmt: skip
        tx.copy(
            "certificate_ref", ("party", "certificate_id", "kind", "serial", "made_at"),
            ((BANK, ids[n], "signing", 2**32 + n, now) for n in every),
        )  # fmt: skip

    founder.run("bench.load", load, access=LOADING, isolation="READ COMMITTED")
    random.Random(1).shuffle(ids)  # noqa: S311 - an order, not a secret
    return ids


def portions(ids: Sequence[UUID]) -> Iterator[list[UUID]]:
    for start in range(0, len(ids), MOST_IDS):
        yield list(ids[start : start + MOST_IDS])


def status(world: LatestWorld, connection: psycopg.Connection[Any], ids: Sequence[UUID]) -> None:
    bare = _seconds(lambda: [_bare(connection, portion) for portion in portions(ids)])
    questions = [
        CertificateStates(party=BANK, certificate_ids=tuple(portion)).model_dump_json()
        for portion in portions(ids)
    ]
    took = [_seconds(lambda q=q: _asked(world, q)) for q in questions]  # type: ignore[misc]
    ours = sum(took)
    many = len(ids)
    print(f"bare SELECT of {many:,} ids, {MOST_IDS:,} at a time    {many / bare:12,.0f} /s")
    print(
        f"current status, audited, JSON both ways        {many / ours:12,.0f} /s  {bare / ours:.2f} of it;"
        f" an inquiry of {min(many, MOST_IDS):,}: {1000 * statistics.median(took):.0f} ms"
    )


def _bare(connection: psycopg.Connection[Any], ids: list[UUID]) -> None:
    found = connection.execute(
        "SELECT certificate_id FROM certificate_ref WHERE party = %s AND certificate_id = ANY(%s)",
        (BANK, ids),
    ).fetchall()
    assert len(found) == len(ids)


def _asked(world: LatestWorld, question: str) -> None:
    inquiry = CertificateStates.model_validate_json(question)
    answer = world.services.supplying.states(inquiry, asked("identity"))
    assert answer.states[0].state in ("GOOD", "REVOKED")
    answer.model_dump_json()


def pulls(world: LatestWorld) -> None:
    agreed = [  # a newer one for the same items and purpose would end the one before
        world.consent(items=items, purpose=purpose).consent_id
        for number in range(1, 5)
        for items in combinations(get_args(AttributeItem), number)
        for purpose in get_args(AttributePurpose)
    ]
    consents = [*islice(cycle(agreed), 200)]
    bare = _seconds(
        lambda: [
            world.database.read("bench", lambda tx, c=c: tx.value("SELECT %s::uuid", (c,)))  # type: ignore[misc]
            for c in consents
        ]
    )
    one = _seconds(lambda: [world.give(number) for number in consents])
    bulk = _seconds(lambda: [world.changes(*agreed) for _ in range(10)])
    print(f"transactions that read one value               {200 / bare:12,.0f} /s")
    print(
        f"attributes given, one by one                   {200 / one:12,.0f} /s  {bare / one:.2f} of it"
    )
    print(
        f"“changed since?”, {len(agreed)} in an inquiry             {10 * len(agreed) / bulk:12,.0f} /s"
    )


def refusals(world: LatestWorld, calls: int) -> None:
    """A protected person with a new certificate, and somebody who has none yet; then each with itself."""
    other = ResidentRecordCode.from_body("1111111111")
    protected = world.consent().consent_id
    pending = world.consent(number=8, certificate=world.somebody_else()).consent_id
    world.protect()
    world.moves()
    world.lapse(other)
    for _ in range(50):
        _refused(world, protected), _refused(world, pending)
    for name, one, two in (
        ("protected – no new certificate", protected, pending),
        ("no new certificate – itself   ", pending, pending),
    ):
        first, second = [], []
        for number in range(calls):  # in turn, and in both orders
            pair = [(one, first), (two, second)]
            for consent_id, times in pair if number % 2 else reversed(pair):
                times.append(_seconds(lambda c=consent_id: _refused(world, c)))  # type: ignore[misc]
        middle = [1_000_000 * statistics.median(times) for times in (first, second)]
        print(
            f"refusal: {name}  {middle[0]:7,.0f} and {middle[1]:7,.0f} µs, difference"
            f" {middle[0] - middle[1]:+6.1f} µs, z = {mann_whitney(first, second):+.2f} ({calls} each)"
        )


def _refused(world: LatestWorld, consent_id: UUID) -> None:
    try:
        world.give(consent_id)
    except Refusal as refusal:
        if refusal.fault.code == "jpki.nothing-supplied":
            return
        raise
    raise AssertionError("supplied")


def mann_whitney(one: Sequence[float], other: Sequence[float]) -> float:
    """How many standard deviations the rank sum lies from that of two samples of one distribution."""
    ranked = sorted([(value, 0) for value in one] + [(value, 1) for value in other])
    assert all(a <= b for a, b in pairwise(ranked))
    ranks = sum(rank for rank, (_, which) in enumerate(ranked, 1) if which == 0)
    n, m = len(one), len(other)
    u = ranks - n * (n + 1) / 2
    return float((u - n * m / 2) / (n * m * (n + m + 1) / 12) ** 0.5)


def _seconds(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
