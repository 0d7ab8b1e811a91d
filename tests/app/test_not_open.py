"""A city that cannot open costs the others nothing, and says so: its key of the numbers is lost."""

import psycopg
import pytest
from tests.support.street import Street

from kazasu.foundation.faults import Refusal

LOST, OTHER = "city:141003", "city:011002"


def lose_key(databases, code):
    """The city's numbers were written under a key that no file has."""
    with psycopg.connect(databases.url("municipality"), autocommit=True) as connection:
        connection.execute(
            "INSERT INTO municipality.number_key VALUES (%s, 'deadbeef', now())", (code,)
        )


@pytest.mark.told_of_faults
def test_one_citys_lost_key_closes_that_city_alone(databases, clock):
    lose_key(databases, "141003")
    street = Street(databases, clock, "municipality", "jukinet")
    assert [(one, str(why.fault.code)) for one, why in street.process.closed.items()] == [
        (LOST, "enciphering.unknown-key")
    ]
    browser = street.browser()
    lost, other = (street.directory.origin(one) for one in (LOST, OTHER))
    for path in ("/", "/desk", "/static/kit/kit.css"):
        answer = browser.get(f"{lost}{path}", headers={"accept-language": "en"})
        assert answer.status_code == 503
        assert answer.headers["retry-after"]
    assert "not open" in browser.get(f"{lost}/", headers={"accept-language": "en"}).text
    assert browser.get(f"{other}/").status_code == 200
    for door in (street.process.deliver, street.process.inquire):
        with pytest.raises(Refusal, match=r"app\.not-open"):
            door(LOST, "x")
        with pytest.raises(Refusal, match=r"^(?!.*app\.not-open)"):
            door(OTHER, "x")
    street.process.tick()
    street.process.start()
    try:
        health = browser.get(f"{other}/healthz")
        assert health.status_code == 503
        assert health.json()["parts"]["not open"][LOST] == "enciphering.unknown-key"
        assert OTHER not in health.json()["parts"]["not open"]
    finally:
        street.process.stop()


@pytest.mark.told_of_faults
def test_where_none_of_them_opens_the_process_does_not(databases, clock):
    for code in ("141003", "011002", "401307"):
        lose_key(databases, code)
    with pytest.raises(Refusal, match=r"enciphering\.unknown-key"):
        Street(databases, clock, "municipality", "jukinet")


def test_a_city_of_another_process_has_no_pages_here(databases, clock):
    """Its register is elsewhere: an empty one would be shown in its name."""
    street = Street(databases, clock, OTHER, "jukinet")
    browser = street.browser()
    here, elsewhere = (street.directory.origin(one) for one in (OTHER, LOST))
    assert browser.get(f"{here}/").status_code == 200
    for path in ("/", "/desk", "/healthz", "/static/kit/kit.css"):
        answer = browser.get(f"{elsewhere}{path}")
        assert (answer.status_code, answer.json()["code"]) == (421, "web.unknown-host")
