"""Signs of life: good while the work is done, failed when it was not, late when it does not come back."""

from kazasu.foundation.health import Health, Pulse


def test_a_part_is_failed_until_its_work_was_done_again():
    pulse = Pulse(10)
    assert pulse.state == "ok"
    pulse.miss()
    assert pulse.state == "failed"
    pulse.beat()
    assert pulse.state == "ok"


def test_a_part_that_does_not_come_back_is_late():
    at = [0.0]
    pulse = Pulse(10, now=lambda: at[0])
    at[0] = 10
    assert pulse.state == "ok"
    at[0] = 10.1
    assert pulse.state == "late"
    pulse.beat()
    assert (pulse.state, pulse.seconds) == ("ok", 0)


def test_one_part_is_enough():
    health = Health()
    assert health.good, "nothing works here, so nothing fails"
    health.parts.update(relay=Pulse(10), jobs=Pulse(10))
    health.parts["jobs"].miss()
    assert not health.good
    assert {name: part["status"] for name, part in health.report().items()} == {
        "relay": "ok",
        "jobs": "failed",
    }
