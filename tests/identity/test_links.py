"""What a person has agreed to, by whom it may be asked: nobody who is not linked is anybody."""

import pytest

from kazasu.foundation.faults import Refusal
from kazasu.identity.consents.service import Links


@pytest.mark.parametrize("act", [
    lambda links: links.person_of("sector.test", "sub-of-nobody"),
    lambda links: links.party("person-of-nobody", "client-x"),
    lambda links: links.end_consent("person-of-nobody", "client-x"),
    lambda links: links.unlink("person-of-nobody", "client-x"),
])  # fmt: skip
def test_who_is_not_linked_has_nothing_to_see_or_end(databases, act):
    with pytest.raises(Refusal) as refused:
        act(Links(databases("identity"), None, None))
    assert refused.value.fault.code == "identity.not-linked"
