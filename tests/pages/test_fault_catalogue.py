"""“Provoke this”: every link of the catalogue opens, and shows the fault where that is all it takes."""

import httpx
import pytest

from kazasu.society.catalogue.ways import WAYS


@pytest.fixture(scope="module")
def visitor():
    with httpx.Client(follow_redirects=True, headers={"accept": "text/html"}) as client:
        yield client


@pytest.mark.parametrize("code", sorted(WAYS))
def test_the_link_opens(country, visitor, code):
    way = WAYS[code]
    answer = visitor.get(way.address(country.directory))
    if way.shown:
        assert answer.status_code >= 400
        assert code in answer.text
    else:
        assert answer.status_code == 200, answer.url
