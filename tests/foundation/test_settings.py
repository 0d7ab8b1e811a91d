"""Settings that production may not do without."""

from dataclasses import fields

import pytest

from kazasu.foundation.faults import Refusal
from kazasu.foundation.settings import _BOUNDS, Settings, read_settings


def test_production_needs_a_passphrase_from_elsewhere(tmp_path):
    (tmp_path / "secret").write_text("words\n")
    assert read_settings({}).pki_passphrase() is None
    with pytest.raises(Refusal) as refusal:
        read_settings({"KAZASU_MODE": "production"}).pki_passphrase()
    assert refusal.value.fault.code == "settings.no-passphrase"
    given = {"KAZASU_MODE": "production", "KAZASU_PKI_PASSPHRASE_FILE": str(tmp_path / "secret")}
    assert read_settings(given).pki_passphrase() == b"words"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("POOL_SIZE", "0"), ("POOL_SIZE", "-3"), ("SESSION_IDLE_SECONDS", "-1"), ("SESSION_ABSOLUTE_SECONDS", "0"),
        ("INQUIRY_TIMEOUT_SECONDS", "nan"), ("INQUIRY_TIMEOUT_SECONDS", "inf"), ("INQUIRY_TIMEOUT_SECONDS", "0"),
        ("SECURITY_CONTACT", "security@city.example"), ("SECURITY_CONTACT", "mailto:a@b.example\r\nExpires: x"),
        ("REQUESTS_PER_MINUTE", "0"), ("PORT", "65536"), ("PORT", "-1"), ("METRICS_PORT", "8000"), ("POOL_SIZE", "²"),
    ],
)  # fmt: skip
def test_what_cannot_work_is_refused_before_anything_is_made(key, value):
    with pytest.raises(Refusal) as refusal:
        read_settings({f"KAZASU_{key}": value})
    assert refusal.value.fault.code == "settings.unreadable"
    assert refusal.value.facts["key"] == f"KAZASU_{key}"


def test_every_number_has_bounds():
    numbers = {f.name for f in fields(Settings) if type(f.default) in (int, float)}
    assert numbers == set(_BOUNDS)
    for name, (least, most) in _BOUNDS.items():
        assert least <= getattr(Settings(), name) <= most
