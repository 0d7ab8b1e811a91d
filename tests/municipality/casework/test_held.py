"""What a colleague has nobody else goes on with: every page of the desk that sends something of a case is walked."""

import pytest

from kazasu.municipality.casework.service import CaseWork
from tests.support.city import CLERK, COUNTER, NEW, OLD
from tests.support.pages import followed, signed_in_at
from tests.support.town import Town

WHATEVER = {
    "note": "x",
    "because": "x",
    "words": "x",
    "to": COUNTER.staff_id,
    "town": "大通",
    "block": "１番地",
    "token": "00000000-0000-4000-8000-000000000000",
}
DAY = {"moved_on-year": "2026", "moved_on-month": "11", "moved_on-day": "1"}
ACTS = {"entry": ("enter", "register"), "hand-over": ("hand", "put-back")}
"""Buttons of a page that has several."""
OPEN_TO_ALL = {"take": "it says who has it from now on", "note": "what anybody noticed is kept"}
LOOKS = {
    "/desk/in/{case_id}", "/desk/out/{case_id}", "/desk/out/{case_id}/correction", "/desk/out/{case_id}/rejection",
    "/desk/out/{case_id}/going-on",
    "/desk/out/{case_id}/cancel",
}  # fmt: skip
"""They show, among others, who has it."""


@pytest.fixture
def town(databases, clock):
    made = Town(databases, clock, households=2)
    made.case = made.submit()
    made.settle()
    work = CaseWork(made.city)
    work.take(OLD, COUNTER, "out", made.case, "")
    return made


def desk(town, city):
    return signed_in_at(
        town.street, f"city:{city}", "municipality", "staff", CLERK.staff_id, name=CLERK.name,
        roles=sorted(CLERK.roles),
    )  # fmt: skip


def pages_of_cases(town, method):
    for route in town.street.process.rooms["municipality"].app.routes:
        path = getattr(route, "path", "")
        if path.startswith("/desk/") and "{case_id}" in path and method in route.methods:
            for way in ("in", "out") if "{way}" in path else ("",):
                yield path.replace("{way}", way)


def test_every_act_on_a_case_that_a_colleague_has_is_refused(town):
    """Of a page of before: the holder is not on it. Reading stays open, and so do notes and taking it over."""
    CaseWork(town.city).take(OLD, CLERK, "out", town.case, COUNTER.staff_id)
    town.accept(town.case)
    town.settle()
    CaseWork(town.city).take(NEW, COUNTER, "in", town.case, "")
    other = town.submit(2, starts="09:30")
    town.settle()
    CaseWork(town.city).take(OLD, COUNTER, "out", other, "")
    browsers = {"in": desk(town, NEW), "out": desk(town, OLD)}
    cases = {"in": town.case, "out": other}
    walked = set()
    for path in pages_of_cases(town, "POST"):
        way = "in" if "/in/" in path else "out"
        last = path.rpartition("/")[2]
        for act in ACTS.get(last, ("",)):
            page = f"/desk/{way}/{cases[way]}"
            browser = browsers[way]
            answer = browser.post(
                path.replace("{case_id}", cases[way]),
                data={**WHATEVER, **DAY, "act": act, "version": version(town, way, cases[way]), "_page": page},
                headers={"origin": str(browser.base_url).rstrip("/")},
            )  # fmt: skip
            refused = 'data-fault="municipality.case-held"' in followed(browser, answer).text
            if last == "take":
                continue
            assert refused == (last not in OPEN_TO_ALL), (path, act)
            walked.add((path, act))
    assert len(walked) >= 11, walked
    for path in set(pages_of_cases(town, "GET")) - LOOKS:
        way = "in" if "/in/" in path else "out"
        answer = browsers[way].get(path.replace("{case_id}", cases[way]))
        assert "municipality.case-held" in answer.text, path


def version(town, way, case):
    return (town.arrival(case) if way == "in" else town.out_case(case)).version
