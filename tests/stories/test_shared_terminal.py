"""Browsers at shared terminals, nobody ever signs out: no write reaches another person (reliability §2, accounts
registered to the wrong person; §3 row 14).

Each browser serves one person after another. Who comes next signs in over the session of who was there before, and pages
that were left open are sent afterwards, by several threads at once. A sample runs always; 64 browsers and 5,000 sessions with ``--deep``.
"""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from lxml import html

from kazasu.society.stories.browser import Browser, NotOnPage
from tests.support.pages import followed
from tests.support.relay import Relay, signed_by

CARDS = ("operator-identity", "watanabe-mai", "yoshida-jun", "staff-yokohama-2", "staff-sapporo-1",
         "staff-sapporo-2", "staff-fukuoka-2")  # fmt: skip
"""Of people who move in no other story: whoever is moving already has no form to fill in here."""
AT_ONCE = 8


class Desk:
    """One browser at a shared terminal, and the pages that people left open in it."""

    def __init__(self, country, number):
        self.country = country
        self.number = number
        self.browser = Browser()
        self.left_open = []
        self.outcomes = Counter()

    def session(self, card, turn):
        """Somebody holds a card, begins a notice, types who they are, and leaves without signing out."""
        origin = self.country.directory.origin("portal")
        browser, relay = self.browser, Relay(self.country, card)
        browser.get(f"{origin}/signin?next=/move")
        tap = relay.request_in(browser.url)
        with relay:
            handle = relay.bring(tap, signed_by(tap))
        browser.get(f"{tap.continue_at}&handle={handle}")
        browser.get(f"{origin}/move/contact")
        typed = f"{card}-{self.number}-{turn}@example.jp"
        try:
            browser.press("Next", email=typed)
            self.outcomes["written"] += not browser.fault
        except NotOnPage:
            self.outcomes["no form"] += 1  # two of the same person's screens ran into each other
        self.send_what_lies_there(card)
        self.left_open.append((card, typed, browser.get(f"{origin}/move/contact").page))

    def send_what_lies_there(self, card):
        """A page of the one before, sent now that another is signed in."""
        for owner, typed, page in self.left_open:
            for form in page.forms if page is not None else ():
                if not form.action or "/move/contact" not in form.action:
                    continue
                values = [
                    (k, f"stale-{typed}" if k == "email" else v) for k, v in form.form_values()
                ]
                origin = self.country.directory.origin("portal")
                answer = self.browser.client.post(f"{origin}/move/contact", data=dict(values), headers={"origin": origin})  # fmt: skip
                if owner != card:
                    known = {"web.other-persons-page": "stale page refused", "web.busy": "busy"}
                    shown = followed(self.browser.client, answer).text
                    said = [name for code, name in known.items() if code in shown]
                    self.outcomes[said[0] if said else "stale page taken"] += 1
        self.left_open.clear()


@pytest.mark.parametrize(
    ("browsers", "sessions"), [(24, 48), pytest.param(64, 5000, marks=pytest.mark.deep)]
)
@pytest.mark.timeout(3600)
def test_so_many_sessions_without_signing_out_and_0_writes_to_another(country, browsers, sessions):
    chance = random.Random(64)  # noqa: S311
    desks = [Desk(country, number) for number in range(browsers)]
    turns = [[chance.choice(CARDS) for _ in range(-(-sessions // browsers))] for _ in desks]

    def serve(desk, cards):
        for turn, card in enumerate(cards):
            desk.session(card, turn)
        desk.browser.client.close()
        return desk.outcomes

    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = sum(pool.map(serve, desks, turns), Counter())
    assert outcomes["stale page taken"] == 0, outcomes
    assert outcomes["stale page refused"] > browsers / 4, "it was tried"
    assert outcomes["written"] > sessions / 2, outcomes
    owners = {card: owner_of(country, card) for card in CARDS}
    for card, text in owners.items():
        others = [one for one in CARDS if one != card and f"{one}-" in text]
        assert others == [], f"{card}: {others}"


def owner_of(country, card):
    """Everything that a fresh sign-in of this person shows of the draft."""
    desk = Desk(country, 999)
    origin = country.directory.origin("portal")
    desk.browser.get(f"{origin}/signin?next=/move/contact")
    with Relay(country, card) as relay:
        tap = relay.request_in(desk.browser.url)
        handle = relay.bring(tap, signed_by(tap))
    desk.browser.get(f"{tap.continue_at}&handle={handle}")
    fields = html.tostring(desk.browser.page, encoding="unicode")
    desk.browser.client.close()
    assert f"{card}-" in fields, f"{card} finds what was typed: {desk.browser.text[:200]}"
    return fields
