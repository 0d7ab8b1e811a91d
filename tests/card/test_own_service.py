"""A PC/SC service of one's own where there is none to be had."""

import pytest

from kazasu.card.transports import own_pcscd
from kazasu.foundation.faults import Refusal


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [("DRIVERS", "no/such/driver", "vsmartcard-vpcd"), ("NEEDED", ("no-such-program",), "no-such-program")],
)  # fmt: skip
def test_what_is_missing_is_named(monkeypatch, name, value, why):
    monkeypatch.setattr(own_pcscd, name, value)
    with pytest.raises(Refusal) as refusal:
        own_pcscd.OwnPcscd([])
    assert refusal.value.fault.code == "card.no-pcsc-service"
    assert why in refusal.value.title.en


def test_a_service_that_does_not_start_says_why(monkeypatch):
    monkeypatch.setattr(own_pcscd, "_SCRIPT", "echo no leave >&2; exit 1")
    with pytest.raises(Refusal) as refusal:
        own_pcscd.OwnPcscd([])
    assert "no leave" in refusal.value.title.en
