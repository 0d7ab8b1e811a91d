"""``kazasu pki`` against a running country: what an operator and a counter do to one card, and to the keys of tokens."""

import time
from datetime import timedelta

import pytest

from kazasu.card.chip.image import CardBox
from kazasu.card.chip.text_ap import read_basic
from kazasu.card.client import opened
from kazasu.card.transports.tray import read_tray, write_tray
from kazasu.card.transports.virtual import VirtualReader
from kazasu.cli import commands
from kazasu.contracts.identity import issuer_of
from kazasu.foundation.http import http_client
from kazasu.foundation.time.country_clock import move_clock

CARD = "staff-fukuoka-1"
"""Nobody else's test signs in with it."""


@pytest.fixture
def pki(country, monkeypatch, capsys):
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("KAZASU_DATABASE_URL", country.databases[0])
    place = ("--data", str(country.process.settings.data))

    def run(*command):
        status = commands.run(["pki", *command, *place])
        told = capsys.readouterr()
        return status, told.out + told.err

    return run


@pytest.fixture
def serial(country):
    box = CardBox(country.process.settings.directory_file.parent / "cards")
    return box.load(CARD).serial


def test_a_card_is_held_released_renewed_in_time_and_ended(pki, serial):
    assert pki("suspend", serial) == (0, "2 certificates\n")
    assert "[jpki.on-hold]" in pki("renew", CARD, "--pin", "1234")[1]
    assert pki("release", serial) == (0, "2 certificates\n")
    assert "[jpki.too-early]" in pki("renew", CARD, "--pin", "1234")[1]
    assert pki("end", serial) == (0, "2 certificates\n")
    assert pki("end", serial) == (0, "0 certificates\n"), "a repetition changes nothing"
    assert "[jpki.card-ended]" in pki("renew", CARD, "--pin", "1234")[1]
    assert pki("inspect")[0] == 0


EXPIRED = "kato-hiroshi"


def test_another_card_in_the_place_of_one_that_has_ended(pki, country):
    """Of one that is still good for years there is none. Done twice it is the same card's name, and what was made first never counts."""
    folder = country.process.settings.directory_file.parent
    box = CardBox(folder / "cards")
    tray = read_tray(folder)
    assert "[jpki.too-early]" in pki("renew-card", "staff-fukuoka-2")[1]
    assert "[cli.no-such-card]" in pki("renew-card", "nobody")[1]
    try:
        status, said = pki("renew-card", EXPIRED)
        assert status == 0, said
        assert f"Until {EXPIRED}-r2 is used, {EXPIRED} works" in said
        first = box.load(f"{EXPIRED}-r2")
        assert pki("renew-card", EXPIRED)[0] == 0
        second = box.load(f"{EXPIRED}-r2")
        assert first.serial != second.serial
        names = [one.card_id for one in read_tray(folder)]
        assert names.count(f"{EXPIRED}-r2") == 1
        assert names.index(f"{EXPIRED}-r2") == names.index(EXPIRED) + 1
        text = [one.applications["text"].files for one in (box.load(EXPIRED), second)]
        assert text[0]["01"].data == text[1]["01"].data, "the same holder's number"
        assert read_basic(text[0]["02"].data) == read_basic(text[1]["02"].data)
        with opened(lambda: VirtualReader(box, f"{EXPIRED}-r2")) as card:
            assert card.sign(b"x", "ABC123").certificate
        assert pki("inspect")[0] == 0
    finally:  # the others' tray
        (folder / "cards" / f"{EXPIRED}-r2.card").unlink(missing_ok=True)
        write_tray(folder, tray)


def test_keys_of_tokens_are_replaced_at_once(pki, country):
    address = f"{issuer_of(country.directory.origin('identity'))}/protocol/openid-connect/certs"

    def published():
        with http_client() as client:
            return {key["kid"] for key in client.get(address).json()["keys"]}

    before = published()
    assert pki("replace-token-keys")[0] == 0
    # The running service reads its keys anew twice a minute; a process reads the clock once a second.
    move_clock(
        country.process.settings, country.clock.now() + timedelta(seconds=31), country.clock,
        country.process.directory.keys_end(),
    )  # fmt: skip
    until = time.monotonic() + 10
    while published() & before and time.monotonic() < until:
        time.sleep(0.1)
    assert not published() & before
