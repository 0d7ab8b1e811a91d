"""One's failure is nobody else's; a database that is away is everybody's."""

import psycopg
import pytest

from kazasu.foundation.database.each import each


def test_everybody_is_served_and_who_failed_is_named():
    served = []

    def work(one):
        served.append(one)
        if one % 2:
            raise ValueError(one)
        return one

    with pytest.raises(ExceptionGroup) as caught:
        each(range(5), work)
    assert served == [0, 1, 2, 3, 4]
    assert [one.__notes__ for one in caught.value.exceptions] == [["of 1"], ["of 3"]]
    assert each([2, 0, 4], work) == 2, "for how many it came to something"


def test_a_database_that_is_away_is_not_waited_for_once_a_city():
    asked = []

    def work(one):
        asked.append(one)
        raise psycopg.OperationalError("away")

    with pytest.raises(psycopg.OperationalError):
        each(range(5), work)
    assert asked == [0]


def test_a_power_cut_is_survived_by_nobody():
    with pytest.raises(KeyboardInterrupt):
        each([1, 2], lambda _: (_ for _ in ()).throw(KeyboardInterrupt()))
