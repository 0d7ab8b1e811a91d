"""Settings that production may not do without."""

import pytest

from kazasu.foundation.faults import Refusal
from kazasu.foundation.settings import read_settings


def test_production_needs_a_passphrase_from_elsewhere(tmp_path):
    (tmp_path / "secret").write_text("words\n")
    assert read_settings({}).pki_passphrase() is None
    with pytest.raises(Refusal) as refusal:
        read_settings({"KAZASU_MODE": "production"}).pki_passphrase()
    assert refusal.value.fault.code == "settings.no-passphrase"
    given = {"KAZASU_MODE": "production", "KAZASU_PKI_PASSPHRASE_FILE": str(tmp_path / "secret")}
    assert read_settings(given).pki_passphrase() == b"words"
