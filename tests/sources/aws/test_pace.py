"""Keeping below a rate."""

from __future__ import annotations

from auditor.sources.aws.pace import Pace


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def time(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_no_second_holds_more_than_twice_the_rate_and_the_long_run_keeps_it() -> None:
    """A rest of a second saves up one second's calls; after these the rate holds."""
    clock = Clock()
    pace = Pace(15, clock.time, clock.sleep)
    times = []
    for _ in range(300):
        pace.wait()
        times.append(clock.now)
    assert max(sum(at <= other < at + 1 for other in times) for at in times) <= 30
    assert 300 / (times[-1] - times[0]) <= 16
    assert 300 / (times[-1] - times[0]) >= 15


def test_who_rests_does_not_wait() -> None:
    clock = Clock()
    pace = Pace(15, clock.time, clock.sleep)
    for _ in range(10):
        clock.now += 1
        before = clock.now
        pace.wait()
        assert clock.now == before
