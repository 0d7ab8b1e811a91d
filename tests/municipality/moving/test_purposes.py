"""What who looked says of an act is what was done: nothing that ends an arrival is called its preparation."""

from kazasu.municipality.moving.service import expecting, withdrawing


def test_only_what_prepares_an_arrival_is_called_so():
    prepares = {expecting.RESERVE, expecting.CERTIFICATE}
    ends = {
        expecting.CANCELLED,
        expecting.ELSEWHERE,
        expecting.CHANGE_VISIT,
        expecting.MISSED,
        expecting.EXPIRED,
        withdrawing.WITHDRAW,
    }
    assert {one.purpose for one in prepares} == {expecting.EXPECTING}
    assert len({one.purpose for one in ends} | {expecting.EXPECTING}) == len(ends) + 1
