"""The key ceremony: declared, repeatable, written down, and nobody's keys lie open."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import FixedClock
from kazasu.jpki.authorities import hsm
from kazasu.jpki.authorities.ceremony import hold_ceremony, transcripts, verify_transcripts
from kazasu.jpki.authorities.hierarchy import DECLARED, read_hierarchy
from kazasu.jpki.authorities.keyring import Keyring
from kazasu.jpki.authorities.keys import read_authorities
from tests.card.test_client import refused
from tests.conftest import THE_DAY

CLOCK = FixedClock(THE_DAY)
SMALL = """
organisation = "KAZASU-SANDBOX"
agency = "a test"
years = 20
begun_years_ago = 10
threshold = 2
custodians = 3
[signing-ca]
unit = "JPKI for digital signature"
role = "root"
keys = ["P-256"]
[signing-ocsp]
unit = "OCSP"
role = "ocsp"
issued_by = "signing-ca"
keys = ["P-256"]
[card-ca]
unit = "Shared"
role = "root"
custody = "shared"
keys = ["P-256"]
"""


@pytest.fixture
def folder(tmp_path):
    """A folder whose declaration is small and quick."""
    declare(tmp_path, SMALL)
    return tmp_path


def declare(folder, text):
    (folder / "pki").mkdir(exist_ok=True)
    (folder / "pki" / "hierarchy.toml").write_text(text)


def test_what_is_declared_is_made_once(folder):
    made = hold_ceremony(folder, CLOCK)
    assert [(one.name, one.generation) for one in made] == [("signing-ca", 1), ("signing-ocsp", 1), ("card-ca", 1)]  # fmt: skip
    first = Keyring(folder).certificate("signing-ca")
    assert hold_ceremony(folder, CLOCK) == []
    assert Keyring(folder).certificate("signing-ca") == first
    assert len(transcripts(folder)) == 1


def test_an_algorithm_is_changed_by_one_line(folder):
    """The drill: another generation, of the same name, with its own responder; the old one stays."""
    hold_ceremony(folder, CLOCK)
    old = Keyring(folder).certificate("signing-ca")
    for keys in ('["P-256", "P-384"]', '["P-256", "P-384", "Ed25519"]', '["P-256", "P-384", "Ed25519", "ML-DSA-65"]'):  # fmt: skip
        declare(folder, SMALL.replace('role = "root"\nkeys = ["P-256"]\n[signing-ocsp]', f'role = "root"\nkeys = {keys}\n[signing-ocsp]'))  # fmt: skip
        made = hold_ceremony(folder, CLOCK)
        assert {one.name for one in made} == {"signing-ca", "signing-ocsp"}
    keyring = Keyring(folder)
    generations = keyring.certificates("signing-ca")
    assert len({one.subject for one in generations}) == 1
    assert generations[-1] == old
    for n in range(1, 5):
        keyring.certificate("signing-ocsp", n).verify_directly_issued_by(
            keyring.certificate("signing-ca", n)
        )
    assert len(verify_transcripts(folder)) == 4


def test_keys_do_not_lie_open(folder):
    hold_ceremony(folder, CLOCK)
    for path in (folder / "pki").glob("*.key"):
        assert path.stat().st_mode & 0o077 == 0
        with pytest.raises(TypeError):
            load_pem_private_key(path.read_bytes(), None)
    assert (
        refused(Keyring(folder, b"another passphrase").authority, "signing-ca") == "jpki.key-locked"
    )


def test_two_of_three_custodians_open_a_root(folder):
    hold_ceremony(folder, CLOCK)
    shares = sorted((folder / "pki" / "shares").glob("card-ca-1.*"))
    assert len(shares) == 3
    for away in shares:
        kept = away.read_text()
        away.unlink()
        assert Keyring(folder).authority("card-ca").key
        away.write_text(kept)
    shares[0].unlink()
    shares[2].unlink()
    with pytest.raises(Refusal) as refusal:
        Keyring(folder).authority("card-ca")
    assert refusal.value.fault.code == "jpki.shares-missing"
    assert refusal.value.facts["have"] == 1


@pytest.mark.parametrize("change", ["content", "signature", "order", "slipped in"])
def test_a_changed_transcript_is_found(folder, change):
    hold_ceremony(folder, CLOCK)
    declare(folder, SMALL.replace('role = "root"\nkeys = ["P-256"]\n[signing', 'role = "root"\nkeys = ["P-256", "P-384"]\n[signing'))  # fmt: skip
    hold_ceremony(folder, CLOCK)
    assert len(verify_transcripts(folder)) == 2
    first, second = transcripts(folder)
    if change == "slipped in":
        keyring = Keyring(folder)
        keyring.store_certificate("card-ca", 2, keyring.certificate("signing-ca"))
    elif change == "order":
        first.unlink()
    else:
        document = json.loads(second.read_text())
        if change == "content":
            document["content"] = document["content"].replace("P-384", "P-521")
        else:
            name = next(iter(document["signatures"]))
            document["signatures"][name] = "00" + document["signatures"][name][2:]
        second.write_text(json.dumps(document))
    assert refused(verify_transcripts, folder) == "jpki.bad-transcript"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('keys = ["P-256"]', 'keys = ["RSA-512"]'),
        ('keys = ["P-256"]', "keys = []"),
        ('issued_by = "signing-ca"', 'issued_by = "nobody"'),
        ('issued_by = "signing-ca"', ""),
        ("years = 20", ""),
        ("[card-ca]", "[card-ca"),
    ],
)
def test_a_declaration_that_does_not_read(folder, old, new):
    declare(folder, SMALL.replace(old, new))
    assert refused(hold_ceremony, folder, CLOCK) == "jpki.bad-hierarchy"
    assert not list((folder / "pki").glob("*.key"))


def test_the_default_names_itself_and_reads():
    plan = read_hierarchy(DECLARED)
    assert plan.organisation == "KAZASU-SANDBOX"
    assert {one.custody for one in plan.authorities} == {"online", "shared"}


def test_all_generations_are_trusted_and_answer(tmp_path):
    text = DECLARED.read_text().replace('keys = ["RSA-2048"]', 'keys = ["RSA-2048", "P-384"]', 1)
    declare(tmp_path, text)
    hold_ceremony(tmp_path, CLOCK)
    authorities = read_authorities(tmp_path)
    assert len(authorities.trusted("signing")) == 2
    assert authorities.issuing["signing"].generation == 2
    assert len(authorities.responders) == 3


# ---------------------------------------------------------------- a token


@pytest.fixture
def token(tmp_path, monkeypatch):
    """SoftHSM with one empty token."""
    module = next(Path("/usr/lib").glob("**/libsofthsm2.so"), None)
    if module is None:
        pytest.skip("SoftHSM is missing: install the Debian package softhsm2")
    (tmp_path / "tokens").mkdir()
    conf = tmp_path / "softhsm.conf"
    conf.write_text(f"directories.tokendir = {tmp_path}/tokens\nlog.level = ERROR\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(conf))
    subprocess.run(["softhsm2-util", "--init-token", "--free", "--label", "kazasu", "--pin", "5678",
                    "--so-pin", "8765"], check=True, capture_output=True)  # fmt: skip
    (tmp_path / "pin").write_text("5678\n")
    for name, value in zip(hsm.VARIABLES, (module, "kazasu", tmp_path / "pin"), strict=True):
        monkeypatch.setenv(name, str(value))
    hsm._session.cache_clear()
    yield
    hsm._session.cache_clear()


IN_TOKEN = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from kazasu.foundation.algorithms import sign, verify
from kazasu.foundation.time.clock import FixedClock
from kazasu.jpki.authorities.ceremony import hold_ceremony, verify_transcripts
from kazasu.jpki.authorities.keyring import Keyring
folder = Path(sys.argv[1])
hold_ceremony(folder, FixedClock(datetime(2026, 11, 23, tzinfo=UTC)))
authority = Keyring(folder).authority("signing-ca")
authority.certificate.verify_directly_issued_by(authority.certificate)
Keyring(folder).certificate("signing-ocsp").verify_directly_issued_by(authority.certificate)
verify(authority.certificate.public_key(), sign(authority.key, b"x"), b"x")
verify_transcripts(folder)
try:
    authority.key.private_bytes()
except Exception as error:
    print(type(error).__name__, len(list((folder / "pki").glob("signing-ca-1.key"))))
"""


@pytest.mark.parametrize("algorithm", ["RSA-2048", "P-256", "P-384"])
def test_a_key_that_never_leaves_its_token(folder, token, algorithm):
    """In a process of its own: a module is loaded once a process, with one configuration."""
    declare(folder, SMALL.replace('role = "root"\nkeys = ["P-256"]\n[signing', f'role = "root"\ncustody = "pkcs11"\nkeys = ["{algorithm}"]\n[signing'))  # fmt: skip
    done = subprocess.run([sys.executable, "-c", IN_TOKEN, folder], env={**os.environ}, capture_output=True, text=True, check=False)  # fmt: skip
    assert done.stdout.strip() == "UnsupportedAlgorithm 0", done.stderr


def test_no_token_is_told(folder, monkeypatch):
    hsm._session.cache_clear()
    declare(folder, SMALL.replace('role = "root"\nkeys = ["P-256"]\n[signing', 'role = "root"\ncustody = "pkcs11"\nkeys = ["P-256"]\n[signing'))  # fmt: skip
    assert refused(hold_ceremony, folder, CLOCK) == "jpki.no-token"
