"""An institution's keys stay at its place; its request proves that it holds them."""

import base64
import json
import stat

import pytest

from kazasu.cli.found.enrolment import Wanted, make_request, read_request
from kazasu.contracts.base import InstitutionId
from kazasu.foundation.faults import Refusal

WANTED = Wanted(InstitutionId("portal"), "https://portal.example.jp", ("ポータル", "Portal"))


def test_keys_are_made_once_and_for_the_owner_alone(tmp_path):
    first, second = (read_request(make_request(tmp_path, WANTED), "a") for _ in range(2))
    assert first.wanted == WANTED
    assert {u: k.public_numbers() for u, k in first.keys.items()} == {
        u: k.public_numbers() for u, k in second.keys.items()
    }
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "keys" / "portal.json").stat().st_mode) == 0o600
    assert "PRIVATE" not in make_request(tmp_path, WANTED)


def bent(tmp_path, change):
    document = json.loads(make_request(tmp_path, WANTED))
    change(document)
    return json.dumps(document)


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d["requests"].pop("seal"),
        lambda d: d["requests"].update(seal=d["requests"]["sign"]),
        lambda d: d.update(id="identity"),
        lambda d: d.update(id="no such thing"),
        lambda d: d.update(origin="http://portal.example.jp"),
        lambda d: d.update(origin="https://portal.example.jp/"),
        lambda d: d.update(origin="https://portal.example.jp:443"),
        lambda d: d.update(origin="https://user@portal.example.jp"),
        lambda d: d.update(name=["ポータル"]),
        lambda d: d.update(more=1),
        lambda d: d.update(requests=[]),
        lambda d: d["requests"].update(sign="nothing"),
    ],
)
def test_a_bent_request_is_refused(tmp_path, change):
    with pytest.raises(Refusal) as refused:
        read_request(bent(tmp_path, change), "portal.json")
    assert refused.value.fault.code == "exchange.request-unreadable"


def test_who_does_not_hold_the_key_gets_no_certificate(tmp_path):
    """Somebody else's public key in a request that one signed oneself."""
    document = json.loads(make_request(tmp_path, WANTED))
    lines = document["requests"]["sign"].splitlines()
    der = bytearray(base64.b64decode("".join(lines[1:-1])))
    der[-1] ^= 1
    document["requests"]["sign"] = "\n".join([lines[0], base64.b64encode(der).decode(), lines[-1]])
    with pytest.raises(Refusal):
        read_request(json.dumps(document), "portal.json")


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '"x"'])
def test_what_is_no_request_is_a_fault(text):
    with pytest.raises(Refusal) as refused:
        read_request(text, "x.json")
    assert refused.value.fault.code == "exchange.request-unreadable"
