"""Who looked, as the portal gathers it: everybody is asked, and who is down is named and costs nobody else's answer."""

from kazasu.exchange.faults import UNREACHABLE
from kazasu.exchange.handles import seal_handle, seal_subject
from kazasu.exchange.street import institution, street
from kazasu.foundation.faults import Refusal
from tests.support.town import CLERK, NEW, OLD, Town, code_of


def test_everybody_answers_or_is_named(databases, clock):
    town = Town(databases, clock)
    case = town.submit()
    town.settle()
    town.out.look(OLD, CLERK, case)
    process = town.street.process

    def handle_for(audience):
        kind = audience.partition(":")[0]
        if institution(kind).by_record_code:
            return seal_handle(process.institution("jpki"), code_of(10), audience, clock)
        raise AssertionError(
            f"{audience} is opened by no process here, so nobody can name a person to it"
        )

    entries, silent = town.portal.accesses("sub-1", handle_for)
    answered = {entry.institution for entry in entries}
    assert {"portal", "jukinet", f"city:{OLD}"} <= answered
    assert "municipality.out.case" in {entry.action for entry in entries}
    assert [entry.at for entry in entries] == sorted((e.at for e in entries), reverse=True)
    keepers = {one.id for one in street() if not one.stateless and not one.by_record_code}
    assert set(silent) == keepers - {"portal"}


def test_one_that_is_down_costs_no_others_answer(databases, clock, monkeypatch):
    town = Town(databases, clock)
    case = town.submit()
    town.settle()
    town.out.look(OLD, CLERK, case)
    process = town.street.process
    way = town.portal._inquirer._transport

    class WithoutJpki:
        def inquire(self, to, sealed):
            if to == "jpki":
                raise Refusal(UNREACHABLE)
            return way.inquire(to, sealed)

    monkeypatch.setattr(town.portal._inquirer, "_transport", WithoutJpki())

    def handle_for(audience):
        if institution(audience.partition(":")[0]).by_record_code:
            return seal_handle(process.institution("jpki"), code_of(10), audience, clock)
        return seal_subject(process.institution("jpki"), "sub", audience, clock)

    entries, silent = town.portal.accesses("sub-1", handle_for)
    assert "jpki" in silent
    assert {f"city:{OLD}", "jukinet"} <= {entry.institution for entry in entries}
    assert f"city:{NEW}" not in silent
