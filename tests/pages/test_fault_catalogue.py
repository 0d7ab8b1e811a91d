"""“Provoke this”: every link of the catalogue opens, and shows the fault where that is all it takes."""

import pytest

from kazasu.foundation.http import http_client
from kazasu.society.catalogue.ways import WAYS


@pytest.fixture(scope="module")
def visitor():
    with http_client(10.0, follow_redirects=True) as client:
        yield client


@pytest.mark.parametrize("code", sorted(WAYS))
def test_the_link_opens(country, visitor, code):
    way = WAYS[code]
    answer = visitor.get(way.address(country.directory), headers={"accept": "text/html"})
    if way.shown:
        assert answer.status_code >= 400
        assert code in answer.text
    else:
        assert answer.status_code == 200, answer.url
