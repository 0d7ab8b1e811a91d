"""A city hall is a house of subjects: found by its list, apart by contract, and open to one more."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from importlinter.cli import lint_imports

from kazasu import municipality
from kazasu.foundation.text import Text
from kazasu.municipality import room
from kazasu.municipality.hall.context import CityContext
from kazasu.municipality.hall.ports import MOVERS_CARDS, Port, Ports
from kazasu.municipality.hall.subject import Queue, Subject
from tests.support.street import Street
from tests.support.town import CLERK, NEW, Town

HERE = Path(municipality.__file__).parent
ROOT = Path(__file__).parents[2]


def test_every_subject_is_on_the_list():
    folders = {path.parent.name for path in HERE.glob("*/subject.py")} - {"hall"}
    assert {Path(subject.__file__).parent.name for subject in room.SUBJECTS} == folders


def test_no_subject_knows_its_neighbour_and_no_page_a_table(capsys):
    for contract in ("subjects", "desks"):
        code = lint_imports(
            config_filename=str(ROOT / ".importlinter"),
            limit_to_contracts=(contract,),
            cache_dir=None,
        )
        assert code == 0, capsys.readouterr().out


def test_a_port_is_offered_once_and_missed_by_name():
    ports, tea = Ports(), Port("tea")
    with pytest.raises(LookupError, match="tea"):
        ports.use(tea)
    ports.offer(tea, "green")
    assert ports.use(tea) == "green"
    with pytest.raises(ValueError, match="tea"):
        ports.offer(tea, "black")


def club(**more):
    """An invented subject, as one that is still to come."""

    def open_subject(city):
        def pages(desk):
            assert desk.city is city

        # It may ask moving through the hall, as cards does.
        assert city.ports.use(MOVERS_CARDS)
        queue = Queue("/desk/club", Text("テニス部", "Tennis club"), count=lambda tx, day: day.day)
        return Subject(pages=pages, queues=[queue], **more)

    return SimpleNamespace(open_subject=open_subject)


@pytest.fixture
def house(databases, clock):
    return Street(databases, clock, "municipality").process._house("municipality")


def test_one_more_subject_is_one_more_on_the_list(house, monkeypatch, clock):
    done = []
    more = club(
        jobs={"string-rackets": done.append},
        cities_due=lambda tx, today: [NEW],
        by_date=[lambda tenant, day: done.append((tenant, day))],
    )
    monkeypatch.setattr(room, "SUBJECTS", (*room.SUBJECTS, more))
    opened = room.open_room(house)
    assert "string-rackets" in opened.jobs
    opened.ticks["dates"]()
    assert done == [(NEW, clock.now().date())]


def test_two_subjects_cannot_do_the_same(house, monkeypatch):
    monkeypatch.setattr(room, "SUBJECTS", (*room.SUBJECTS, club(jobs={"check-notice": print})))
    with pytest.raises(ValueError, match="check-notice"):
        room.open_room(house)


def test_the_desk_counts_what_the_subjects_name(databases, clock):
    town = Town(databases, clock)
    case = town.submit()
    town.settle()
    subjects = [one.open_subject(CityContext(town.city.house)) for one in room.SUBJECTS[:1]]
    queues = [queue for subject in subjects for queue in subject.queues]
    counts = town.front.counts(NEW, CLERK, queues)
    shown = {queue.title.en: count for queue, count in zip(queues, counts, strict=True)}
    assert shown["Expected arrivals"] == 1, case
    assert shown["Notices of moving out"] == 0
    assert shown["A mover who planned another city"] is None
