"""What anybody may fetch: revocation lists and certificates of authorities."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from cryptography import x509

from kazasu.jpki.status.revocation_lists import DELTA_LIFE, RevocationLists
from tests.jpki.test_service import World, code_of
from tests.support import pki
from tests.support.street import Street

SIGNED = "SELECT count(*) FROM revocation_list"


@pytest.fixture
def door(databases, clock):
    """The real site, of a country where one person of Yokohama has a card."""
    street = Street(databases, clock, "jpki")
    world = World(databases, clock)
    world.services.issuing.issue(world.order())
    world.origin = street.directory.origin("jpki")
    world.web = street.browser()
    world.signed = lambda: world.database.read("t", lambda tx: tx.value(SIGNED))
    world.lists = RevocationLists(world.database, world.authorities.by_generation)
    return world


@pytest.mark.parametrize(
    "place",
    ["14100", "141003x", "14100３", "1410030", "141003%00", "14100-anything", "141004", "%31%34%31%30%30%3F", "000000", "014100"],
)  # fmt: skip
def test_there_are_lists_of_places_alone(door, place):
    for form in ("full", "delta"):
        answer = door.web.get(f"{door.origin}/crl/signing/1/{place}/{form}.crl")
        assert answer.status_code == 404, place
    assert door.signed() == 0
    assert code_of(door.lists.full, "signing", 1, "14100") == "jpki.no-list"


@pytest.mark.parametrize("path", ["signing/2/141003/full", "signing/0/141003/full", "other/1/141003/full", "signing/1/141003/half", f"signing/{'9' * 30}/141003/full"])  # fmt: skip
def test_there_is_no_list_of_an_authority_that_is_not(door, path):
    assert door.web.get(f"{door.origin}/crl/{path}.crl").status_code == 404
    assert door.signed() == 0


def test_who_asks_does_not_decide_how_many_lists_are_signed(door):
    for _ in range(20):
        assert door.web.get(f"{door.origin}/crl/signing/1/141003/full.crl").status_code == 200
    assert door.signed() == 1
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: door.lists.delta("signing", 1, "141003"), range(8)))
    assert len({one.number for one in made}) == 1
    assert door.signed() == 2


def test_the_numbers_of_a_list_grow(door):
    numbers = []
    for _ in range(5):
        for form in ("full", "delta"):
            answer = door.web.get(f"{door.origin}/crl/signing/1/141003/{form}.crl")
            read = x509.load_der_x509_crl(answer.content)
            numbers.append(read.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number)
        door.clock.advance(DELTA_LIFE)
    fulls, deltas = numbers[::2], numbers[1::2]
    assert fulls == [1] * 5, "good for a day"
    assert deltas == [2, 3, 4, 5, 6]


def test_a_list_says_how_long_it_is_good(door):
    url = f"{door.origin}/crl/signing/1/141003/full.crl"
    first = door.web.get(url)
    assert first.headers["content-type"] == "application/pkix-crl"
    assert first.headers["cache-control"].startswith("max-age=86399, public")
    door.clock.advance(timedelta(hours=1))
    again = door.web.get(url, headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.headers["cache-control"].startswith("max-age=82799, public")


def test_certificates_of_authorities_in_both_forms(door):
    authority = pki.authorities(door.clock).issuing["signing"].certificate
    for name in ("signing-ca", "signing-ca-1"):
        for form, kind, read in (
            ("pem", "application/x-pem-file", x509.load_pem_x509_certificate),
            ("cer", "application/pkix-cert", x509.load_der_x509_certificate),
            ("der", "application/pkix-cert", x509.load_der_x509_certificate),
        ):
            answer = door.web.get(f"{door.origin}/ca/{name}.{form}")
            assert answer.headers["content-type"] == kind
            assert read(answer.content) == authority
            tag = {"if-none-match": answer.headers["etag"]}
            assert door.web.get(f"{door.origin}/ca/{name}.{form}", headers=tag).status_code == 304
    for path in ("signing-ca-2.cer", "signing-ocsp.cer", "signing-ca.key", "card-ca.pem"):
        assert door.web.get(f"{door.origin}/ca/{path}").status_code == 404
