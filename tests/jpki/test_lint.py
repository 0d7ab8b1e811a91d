"""The rules of the profile: each is broken by its own certificate and by no other's."""

import subprocess
import sys
from datetime import date
from math import gcd
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from kazasu.foundation.algorithms import new_key
from kazasu.foundation.faults import Refusal
from kazasu.foundation.time.clock import FixedClock
from kazasu.foundation.values.names import CARD
from kazasu.jpki.authorities.ceremony import hold_ceremony
from kazasu.jpki.authorities.keyring import Keyring
from kazasu.jpki.certificates import profile
from kazasu.jpki.certificates.lint import RULES, Case, lint
from kazasu.jpki.certificates.validity import end_of_validity
from kazasu.jpki.certificates.weak_keys import is_roca, weakness, with_shared_factors
from tests.conftest import THE_DAY
from tests.jpki.mutations import MUTATIONS, _roca_modulus, signed_again
from tests.jpki.test_service import HANAKO
from tests.support import pki

ISSUED, EXPIRES = date(2026, 6, 1), date(2036, 4, 1)
KINDS = ("signing", "authentication")


@pytest.fixture(scope="module")
def authorities():
    return pki.authorities(FixedClock(THE_DAY))


@pytest.fixture(scope="module")
def good(authorities):
    """A good certificate of each kind."""
    return {kind: made(authorities, kind, pki.key(1).public_key()) for kind in KINDS}


def made(authorities, kind, key):
    flags = "0" * len(HANAKO.name), "0" * len(HANAKO.address)
    subject = profile.Subject(HANAKO, *flags, "Kanagawa-ken", "Yokohama-shi", "141003")
    return profile.build(
        authorities.issuing[kind], kind, subject, key, 0x11223344,
        THE_DAY.replace(month=6, day=1), end_of_validity(ISSUED, HANAKO.birth_date, EXPIRES),
        issued_on=ISSUED, card_expires_on=EXPIRES,
    )  # fmt: skip


def judged(authorities, kind, certificate):
    """Names of the rules it breaks."""
    case = Case(
        certificate, kind, authorities.issuing[kind].certificate, born=HANAKO.birth_date,
        issued_on=ISSUED, card_expires_on=EXPIRES, letters=CARD.has,
    )  # fmt: skip
    return [one.rule.name for one in lint(case)]


def test_what_we_issue_is_to_the_profile(authorities, good):
    for kind, certificate in good.items():
        assert judged(authorities, kind, certificate) == []


def test_every_rule_has_a_certificate_that_breaks_it_and_a_document():
    names = {rule.name for rule in RULES}
    assert names == set(MUTATIONS)
    page = (Path(__file__).parents[2] / "docs/institutions/jpki.md").read_text(encoding="utf-8")
    assert [name for name in sorted(names) if f"`{name}`" not in page] == []
    for rule in RULES:
        assert rule.text.ja
        assert rule.text.en
        assert rule.source


@pytest.mark.parametrize(
    ("name", "number"),
    [(name, number) for name, changes in MUTATIONS.items() for number in range(len(changes))],
)
def test_the_linter_names_exactly_the_rule_that_is_broken(authorities, good, name, number):
    kind, change = MUTATIONS[name][number]
    der = signed_again(good[kind].public_bytes(Encoding.DER), change, authorities.issuing[kind].key)
    certificate = x509.load_der_x509_certificate(der)
    assert judged(authorities, kind, certificate) == [name]


# ---------------------------------------------------------------- keys


def test_weak_keys_are_not_certified(authorities):
    roca = rsa.RSAPublicNumbers(65537, _roca_modulus()).public_key()
    short = rsa.generate_private_key(65537, 1024).public_key()  # noqa: S505
    three = rsa.generate_private_key(public_exponent=3, key_size=2048).public_key()
    for key in (roca, short, three):
        with pytest.raises(Refusal) as refusal:
            made(authorities, "signing", key)
        assert refusal.value.fault.code == "jpki.weak-key"


def test_sound_keys_are_not_called_weak():
    for number in range(1, 5):
        key = pki.key(number).public_key()
        assert weakness(key) == ""
        assert not is_roca(key.public_numbers().n)


@given(st.lists(st.sampled_from([101, 103, 107, 109, 113, 127, 131, 137]), min_size=2, max_size=12))
def test_shared_factors_are_found_as_by_all_pairs(primes):
    moduli = sorted({a * b for a, b in zip(primes[::2], primes[1::2], strict=False) if a != b})
    expected = {n for n in moduli if any(gcd(n, m) != 1 for m in moduli if m != n)}
    assert with_shared_factors(moduli) == expected or not moduli


# ---------------------------------------------------------------- refusals and others' opinion


def test_what_is_off_the_profile_is_not_signed(authorities):
    subject = profile.Subject(HANAKO, "0", "0", "Kanagawa-ken", "Yokohama-shi", "141003")
    with pytest.raises(Refusal) as refusal:
        profile.build(
            authorities.issuing["signing"], "signing", subject, pki.key(1).public_key(), 0x11223344,
            THE_DAY, end_of_validity(ISSUED, HANAKO.birth_date, EXPIRES),
        )  # fmt: skip
    assert refusal.value.fault.code == "jpki.off-profile"
    assert refusal.value.facts["rules"] == "attribute-flags"


@pytest.mark.parametrize("algorithm", ["RSA-2048", "P-256", "P-384", "Ed25519", "ML-DSA-65"])
def test_every_algorithm_can_issue_and_be_certified(tmp_path, authorities, algorithm):
    (tmp_path / "pki").mkdir()
    (tmp_path / "pki" / "hierarchy.toml").write_text(
        'organisation = "KAZASU-SANDBOX"\nagency = "drill"\nyears = 20\nbegun_years_ago = 10\n'
        "threshold = 2\ncustodians = 3\n[signing-ca]\n"
        f'unit = "JPKI for digital signature"\nrole = "root"\nkeys = ["{algorithm}"]\n'
    )
    hold_ceremony(tmp_path, FixedClock(THE_DAY))
    authority = Keyring(tmp_path).authority("signing-ca")

    class Drill:
        issuing = {"signing": authority}  # noqa: RUF012

    for of in {algorithm, "RSA-2048"}:
        key = pki.key(1) if of == "RSA-2048" else new_key(of)
        certificate = made(Drill, "signing", key.public_key())
        certificate.verify_directly_issued_by(authority.certificate)
        assert judged(Drill, "signing", certificate) == []


def test_pkilint_agrees(tmp_path, authorities, good):
    """Nothing above a notice, for what the country's cards and authorities have."""
    checked = [*good.values(), *(one.certificate for one in authorities.issuing.values()),
               *(one.signer.certificate for one in authorities.responders)]  # fmt: skip
    for number, certificate in enumerate(checked):
        path = tmp_path / f"{number}.pem"
        path.write_bytes(certificate.public_bytes(Encoding.PEM))
        done = subprocess.run(
            [Path(sys.executable).with_name("lint_pkix_cert"), "lint", "-s", "WARNING", path],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout
        assert not done.stdout.strip()
