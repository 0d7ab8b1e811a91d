"""What others reported of virtual cards, readers and OpenSC, tried on ours (docs/cases/card.md names each report)."""

import json
import subprocess
import sys

import pytest

from kazasu.card.transports.vpcd import ATR, RESET
from tests.card.test_any_apdu import Driver
from tests.card.test_foreign_tools import MODULE, lay, run  # noqa: F401 - fixtures

JPKI = "00A4040C0AD392F000260100000001"
VERIFY, QUERY = "002000980431323334", "00200098"
SIGN = "802A00970178" + "00"


@pytest.fixture
def said(run):  # noqa: F811
    """Lines of a small program that talks to the first reader by pyscard."""

    def said(program):
        whole = (
            "import json, sys\n"
            "from smartcard.System import readers\n"
            "from smartcard.scard import *\n"
            "def call(c, h):\n"
            "    data, a, b = c.transmit(list(bytes.fromhex(h))); return bytes([*data, a, b]).hex()\n"
            "c = readers()[0].createConnection(); c.connect()\n"
            f"JPKI, VERIFY, QUERY, SIGN = {JPKI!r}, {VERIFY!r}, {QUERY!r}, {SIGN!r}\n"
            "out = []\n" + program + "\nprint(json.dumps(out))\n"
        )
        done = run(sys.executable, "-c", whole)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return said


def test_reset_and_the_question_for_the_atr_in_one_piece(card):
    """vsmartcard issue 253: the driver writes both at once, and asks again and again."""
    with Driver(card) as driver:
        driver.meet()
        for _ in range(6):
            driver.card.sendall(bytes([0, 1, RESET, 0, 1, ATR]))
            assert driver.hear() == card.atr


def test_what_a_reconnection_leaves(lay, said):  # noqa: F811
    """pyscard issue 107, vsmartcard issue 46: LEAVE keeps what was given, RESET and UNPOWER forget it."""
    lay()
    told = said(
        "for how in (SCARD_LEAVE_CARD, SCARD_RESET_CARD, SCARD_UNPOWER_CARD):\n"
        "    call(c, JPKI); call(c, VERIFY)\n"
        "    c.reconnect(disposition=how)\n"
        "    out.append(call(c, SIGN)[-4:])\n"
        "    call(c, JPKI); out.append(call(c, QUERY))\n"
    )
    assert told[0] == "9000"
    assert told[2] != "9000"
    assert told[4] != "9000"
    assert told[1::2] == ["63c3"] * 3


def test_no_answer_is_empty_and_none_is_cut(lay, said):  # noqa: F811
    """pyscard issue 18; vsmartcard pull request 245 (extended lengths); OpenSC issue 3292 (the first 20 bytes), pull request 3427
    (GET RESPONSE out of turn); LedgerHQ/app-openpgp issue 63 and engine_pkcs11 issue 40 (GET CHALLENGE)."""
    card = lay()
    told = said(
        "call(c, JPKI)\n"
        "for h in ('00B08A00000000', '00B08A0014', '00C0000000', '0084000020', '0084000000', '00840000000000', '00EE0000',\n"
        "          '00B08AFF00', 'FFFFFFFF', '00B0'):\n"
        "    try: out.append(call(c, h))\n"
        "    except Exception as e: out.append(type(e).__name__)\n"
    )
    whole, first, response, some, most, extended, *rest = told
    certificate = card.image.applications["jpki"].files["0A"].data
    assert whole == certificate.hex() + "9000"
    assert first == certificate[:20].hex() + "9000"
    assert response == "6d00"
    assert (len(some), len(most)) == (2 * 34, 2 * 258)
    assert extended == "6985"
    assert all(rest)
    assert card.image.applications["jpki"].pins["18"].left == 3


def test_a_card_taken_away_too_soon_comes_back(lay, said, card_table, make_card):  # noqa: F811
    """pyscard issues 63 and 86, e-Contract/commons-eid issue 12: the next card is seen by the same reader."""
    lay()
    assert said("out.append(call(c, JPKI))") == ["9000"]
    card_table.remove()
    for kind in ("plastic", "plastic-b3"):
        other = make_card(kind)
        card_table.insert(other.chip)
        assert said("out.append(bytes(c.getATR()).hex())") == [other.chip.atr.hex()]


def test_random_numbers_by_opensc(lay, run):  # noqa: F811
    """OpenSC issues 1440 and 1278, pull requests 1213 and 1256: of each length, and more than once."""
    lay()
    for length in (8, 32, 64):
        made = [
            run("pkcs11-tool", "--module", MODULE, "--slot", "0", "--generate-random", length, text=False).stdout
            for _ in range(2 if length == 8 else 1)
        ]  # fmt: skip
        assert all(len(one) == length for one in made)
        assert len(set(made)) == len(made)
        assert made[0][:8] != bytes(8)


def test_an_empty_second_place_is_no_failure(lay, run):  # noqa: F811
    """OpenSC issue 1397 (CKR_TOKEN_NOT_PRESENT)."""
    lay()
    slots = run("pkcs11-tool", "--list-slots")
    assert slots.returncode == 0, slots.stderr
    assert slots.stdout.count("token label") == 2


def test_cards_wait_for_a_driver_that_is_not_there_yet(tmp_path, monkeypatch):
    """vsmartcard issues 273 and 205: pcscd is started by its first client; the card says so and does not give up."""
    monkeypatch.setenv("KAZASU_DATA", str(tmp_path))
    monkeypatch.setenv("LANG", "en")
    kazasu = [sys.executable, "-m", "kazasu", "card"]
    subprocess.run([*kazasu, "make", "taro"], check=True, capture_output=True)
    with subprocess.Popen(
        [*kazasu, "serve", "taro", "--system", "1"], stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            told = next(line for line in server.stdout if "not reached yet" in line)
            assert "port 1" in told
        finally:
            server.terminate()
