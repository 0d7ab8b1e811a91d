"""An institution's keys are replaced while it runs: everybody goes on, with both for a while, and without the old ones after it."""

import json
import re
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from joserfc import jwt
from joserfc.jwk import ECKey

from kazasu.app.production import refuse_other_keys
from kazasu.cli import commands
from kazasu.exchange import directory as directories
from kazasu.exchange.directory import read_directory, write_directory
from kazasu.exchange.keys import decrypt, encrypt, key_file, read_institution, verified
from kazasu.foundation.faults import Refusal
from kazasu.foundation.settings import Settings
from kazasu.identity.clients.assertion import ALGORITHMS, _decoded
from kazasu.identity.oauth.model import OAuthError
from kazasu.jpki.authorities.institutions import replace_keys
from kazasu.jpki.authorities.keyring import read_authority
from tests.support.street import prepared

OWN, OTHER, TYP = "portal", "bank", "test+jws"
SOON, LONG = timedelta(minutes=1), timedelta(days=90)


class Country:
    """A folder, and in it two processes that never start again: who holds the keys, and another."""

    def __init__(self, folder, clock):
        self.folder, self.clock = folder, clock
        self.file = folder / "directory.json"
        self.authority = read_authority(folder, "institutions-ca")
        self.own = self.process(OWN)
        self.other = self.process(OTHER)

    def process(self, institution):
        directory = read_directory(self.file, self.clock)
        return read_institution(self.folder / "keys", institution, directory)

    def replace(self, after=SOON, accept=LONG):
        directory, now = read_directory(self.file, self.clock), self.clock.now()
        entered = replace_keys(
            self.authority,
            self.folder,
            directory.entry(OWN),
            now,
            now + after,
            now + after + accept,
        )
        entries = [entered if one.id == OWN else one for one in directory]
        write_directory(self.file, directory.authority_pem, entries)

    def takes(self, token):
        return verified(token, TYP, self.other.directory)[0] == OWN


@pytest.fixture
def country(tmp_path, clock, monkeypatch):
    monkeypatch.setattr(directories, "_LOOKED_SECONDS", -1.0)
    made = prepared(clock)
    shutil.copytree(made / "keys", tmp_path / "keys")
    shutil.copy(made / "directory.json", tmp_path)
    (tmp_path / "pki").symlink_to(made / "pki")
    return Country(tmp_path, clock)


def code_of(call, *arguments):
    with pytest.raises(Refusal) as refused:
        call(*arguments)
    return refused.value.fault.code


def test_everybody_follows_without_a_restart(country, clock):
    signed = country.own.sign(b"x", TYP)
    sealed = country.other.seal(b"x", TYP, OWN)
    country.replace()
    assert country.own.sign_key.thumbprint() == country.process(OWN).sign_key.thumbprint()
    assert country.takes(country.own.sign(b"x", TYP)), "not in use yet"
    old = country.own.sign_key.thumbprint()
    clock.advance(SOON)
    new = country.own.sign(b"x", TYP)
    assert country.own.sign_key.thumbprint() != old
    assert country.takes(new)
    assert country.takes(signed), "by the key before"
    assert country.own.open(sealed, TYP)[1] == b"x", "sealed before, arrived after"
    assert country.own.open(country.other.seal(b"y", TYP, OWN), TYP)[1] == b"y"
    kept = encrypt(b"in a table of its own", OWN, country.own.directory)
    clock.advance(LONG + timedelta(seconds=1))
    assert code_of(country.takes, signed) == "exchange.bad-signature"
    assert country.takes(new)
    assert country.own.open(country.other.seal(b"y", TYP, OWN), TYP)[1] == b"y"
    assert decrypt(kept, country.own) == b"in a table of its own", "for ever"


def test_a_verifier_whose_clock_is_ahead_or_behind_takes_both(country, clock):
    country.replace()
    now = clock.now()
    clock.advance(SOON)
    new = country.own.sign(b"x", TYP)
    clock.set(now)
    assert country.takes(new), "the directory was there before the key was used"


def test_what_only_a_process_with_the_old_file_has_is_not_used(country, clock):
    """The directory names keys that are not here: sign with those that are, for they verify."""
    before = key_file(country.folder / "keys", OWN).read_bytes()
    country.replace()
    key_file(country.folder / "keys", OWN).write_bytes(before)
    clock.advance(SOON)
    assert country.takes(country.own.sign(b"x", TYP))


def test_a_client_proves_itself_by_either_key(country, clock):
    keys = [country.own.client_key]
    country.replace()
    clock.advance(SOON)
    keys.append(country.own.client_key)
    accepted = country.other.directory.keys(OWN, "client")
    for key in keys:
        assert _decoded(jwt.encode({"alg": "ES256"}, {"iss": OWN}, key), accepted, ALGORITHMS).claims == {"iss": OWN}  # fmt: skip
    stranger = jwt.encode({"alg": "ES256"}, {"iss": OWN}, ECKey.generate_key("P-256"))
    with pytest.raises(OAuthError):
        _decoded(stranger, accepted, ALGORITHMS)


def test_a_key_in_other_hands_verifies_no_more(country):
    stolen = country.own.sign(b"x", TYP)
    country.replace(after=timedelta(0), accept=timedelta(microseconds=-1))
    assert code_of(country.takes, stolen) == "exchange.bad-signature"
    assert country.takes(country.own.sign(b"x", TYP))


def test_a_stranger_is_still_refused(country, clock):
    country.replace()
    clock.advance(SOON)
    stranger = country.other.sign(b"x", TYP)
    header = {"alg": "ES256", "kid": OWN, "typ": TYP}
    forged = jwt.encode(header, {}, ECKey.generate_key("P-256"))
    assert not country.takes(stranger)
    assert code_of(country.takes, forged) == "exchange.bad-signature"


def test_one_replacement_after_the_other(country, clock):
    began = country.other.directory.began(OWN, "sign")
    signed = [country.own.sign(b"x", TYP)]
    country.replace()
    assert code_of(country.replace) == "jpki.keys-waiting"
    for _ in range(2):
        clock.advance(timedelta(days=1))
        signed.append(country.own.sign(b"x", TYP))
        country.replace()
    clock.advance(SOON)
    signed.append(country.own.sign(b"x", TYP))
    assert len({one.rpartition(".")[2] for one in signed}) == 4
    assert all(country.takes(one) for one in signed)
    assert country.other.directory.began(OWN, "sign") == began, "letters of before are not too old"


def test_the_keys_stay_private_and_belong_to_the_directory(country, clock):
    country.replace()
    file = key_file(country.folder / "keys", OWN)
    assert file.stat().st_mode & 0o077 == 0
    for _ in range(2):
        directory = read_directory(country.file, clock)
        refuse_other_keys(Settings(data=country.folder), directory, OWN)
        clock.advance(SOON)
    entry = read_directory(country.file, clock).entry(OWN)
    for pem in entry.certificates.values():
        read = x509.load_pem_x509_certificate(pem.encode())
        assert read.not_valid_after_utc > clock.now() + timedelta(days=3600)


@pytest.mark.parametrize("what", ["half", "other-authority", "gone"])
def test_a_bad_file_changes_nothing(country, clock, what):
    document = json.loads(country.file.read_text())
    if what == "gone":
        country.file.unlink()
    elif what == "half":
        country.file.write_text(country.file.read_text()[:500])
    else:
        others = document["institutions"][0]["certificates"]
        document["authority"] = others["sign"]
        for one in document["institutions"]:
            one["certificates"] = others
        country.file.write_text(json.dumps(document))
    assert country.takes(country.own.sign(b"x", TYP))


def test_the_command_replaces_in_a_folder(country, capsys, monkeypatch):
    monkeypatch.setenv("LC_ALL", "C")
    place = ["--data", str(country.folder)]
    before = read_directory(country.file, country.clock).entry(OWN)
    assert commands.run(["pki", "replace-keys", OWN, "--after", "7", "--accept", "30", *place]) == 0
    said = capsys.readouterr().out
    assert "The new keys of portal are used from" in said
    after = read_directory(country.file, country.clock).entry(OWN)
    assert after.earlier[0].certificates == before.certificates
    assert after.earlier[0].until - after.since == timedelta(days=30)
    assert commands.run(["pki", "replace-keys", OWN, *place]) != 0
    assert "[jpki.keys-waiting]" in capsys.readouterr().err
    assert commands.run(["pki", "replace-keys", "bank", "--compromised", *place]) == 0
    bank = read_directory(country.file, country.clock).entry("bank")
    assert bank.earlier[0].until < bank.since
    assert commands.run(["pki", "replace-keys", "nobody", *place]) != 0
    assert "[exchange.unknown-institution]" in capsys.readouterr().err


ASKS_THE_ENTRY = re.compile(r"\.certificates(\[|\.values|\.items)")
MAY = {
    "exchange/directory.py": "which certificates count at a time is said here",
    "cli/found/entering.py": "compares what is asked for with what is listed",
    "portal/service.py": "of a signature, by institution; no entry",
}


def test_who_needs_a_certificate_asks_which_is_in_use():
    """A module that takes an entry's certificates as they stand does not follow a replacement."""
    root = Path(directories.__file__).parents[1]
    found = {
        str(path.relative_to(root))
        for path in root.rglob("*.py")
        if ASKS_THE_ENTRY.search(path.read_text(encoding="utf-8"))
    }
    assert found <= set(MAY)
