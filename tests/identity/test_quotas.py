"""Who floods is slowed, and nobody beside it: documents to be signed and fetched events have a quota by party."""

import copy
import time
from types import SimpleNamespace

import pytest

from kazasu.foundation.web.edge import rates
from kazasu.identity.clients import quotas
from tests.identity.conftest import World
from tests.identity.parties import Relying
from tests.identity.refused import outcome
from tests.support.street import Street

MOST_AT_ONCE = quotas.PER_MINUTE["test"] // 4
FLOOD = MOST_AT_ONCE + 40


@pytest.fixture(scope="module")
def world(module_databases):
    return World(module_databases, module_databases.clock)


class Asking:
    """A party with a token for each interface that has a quota."""

    def __init__(self, world, name):
        self.world, self.party = world, Relying(world, name)
        self.tokens = {
            scope: self.party.own(scope) for scope in ("sign", "events", "latest_attributes")
        }

    def _post(self, scope, path, body):
        headers = {"authorization": f"Bearer {self.tokens[scope]}"}
        return self.world.browser.post(f"{self.world.origin}{path}", json=body, headers=headers)

    def deposit(self):
        return self.party.deposit(token=self.tokens["sign"])

    def poll(self):
        return self._post("events", "/api/events/poll", {"maxEvents": 1})

    def propose(self):
        body = {"items": ["name"], "purpose": "keep-customer-data", "months": 1}
        return self._post("latest_attributes", "/api/latest-attributes/consents", body)


def at_process(one, street):
    """The same party with the same tokens, at another process of the service."""
    there = copy.copy(one)
    there.world = copy.copy(one.world)
    there.world.browser = street.browser()
    there.party = copy.copy(one.party)
    there.party.world = there.world
    return there


@pytest.mark.parametrize("processes", [1, 2, 7])
@pytest.mark.parametrize("what", ["deposit", "poll"])
def test_equal_processes_give_one_quota_together(databases, clock, monkeypatch, what, processes):
    """They share a database and nothing else: each with its own memory, its part of the quota, and no statement for it."""
    world = World(databases, clock, processes=processes)
    one = Asking(world, "spread")
    streets = [
        Street(databases, clock, "jpki", "identity", processes=processes)
        for _ in range(processes - 1)
    ]
    everywhere = [one, *(at_process(one, street) for street in streets)]
    now = time.monotonic()
    monkeypatch.setattr(rates, "time", SimpleNamespace(monotonic=lambda: now))
    answers = [
        getattr(each, what)().status_code
        for each in everywhere
        for _ in range(MOST_AT_ONCE // processes + 3)
    ]
    good = sum(code < 400 for code in answers)
    assert {code for code in answers if code >= 400} == {429}
    assert MOST_AT_ONCE - processes < good <= MOST_AT_ONCE


def refused_of(asks):
    """Of a flood: what was refused in the end."""
    answers = [asks() for _ in range(FLOOD)]
    codes = {one.status_code for one in answers}
    assert codes <= {200, 201, 429}
    assert answers[0].is_success
    return [one for one in answers if one.status_code == 429]


@pytest.mark.parametrize("what", ["deposit", "poll", "propose"])
def test_who_floods_is_slowed_and_others_are_not(world, what):
    flooding, beside = Asking(world, f"flood-{what}"), Asking(world, f"beside-{what}")
    refused = refused_of(getattr(flooding, what))
    assert refused
    told = refused[-1]
    assert outcome(told) == "identity.quota"
    assert int(told.headers["retry-after"]) >= 1
    assert str(quotas.PER_MINUTE["test"]) in told.json()["title_en"]
    assert getattr(beside, what)().is_success, "another party, from the same address"
    other = flooding.poll if what != "poll" else flooding.deposit
    assert other().is_success, "the other interface has a quota of its own"


def test_a_consent_to_be_signed_is_a_document_to_be_signed(world):
    """Two ways to the same: whoever has spent one has spent the other."""
    one = Asking(world, "twofold")
    assert refused_of(one.deposit)
    assert outcome(one.propose()) == "identity.quota"


def test_what_is_not_proven_spends_nothing_of_anybodys(world):
    """A stranger who knows the party's number has no token of it."""
    one = Asking(world, "known")
    for _ in range(FLOOD):
        assert one.party.deposit(token="nonsense").status_code == 401
        assert one.party.deposit(token=one.tokens["events"]).status_code == 401
    assert one.deposit().is_success


def test_a_live_party_may_ask_as_often_as_many_people_tap():
    assert quotas.PER_MINUTE["live"] >= 100 * 60
    assert set(quotas.PER_MINUTE) == {"test", "team", "live"}
