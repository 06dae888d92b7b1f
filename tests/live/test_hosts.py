"""Which hosts a pull would ask, whether they answer, and what time they have."""

from __future__ import annotations

import datetime as dt

from r2klib.live.hosts import clock_difference, hosts_of_a_pull, knock_all
from tests.live.loopback import Loopback, Reply


def test_hosts_that_answer_and_hosts_that_do_not(loopback: Loopback) -> None:
    hosts, n_series = hosts_of_a_pull()
    assert {"fred.stlouisfed.org", "query2.finance.yahoo.com", "mba.tuck.dartmouth.edu"} <= {*hosts}
    assert n_series > 100
    loopback.route("up.org", Reply(200))
    loopback.route("down.org", Reply(reset=True))
    found = knock_all(["up.org", "down.org"])
    assert found["up.org"][0]
    assert not found["down.org"][0]


def test_the_clock_is_held_against_the_hosts() -> None:
    now = dt.datetime(2024, 6, 10, 22, 10, tzinfo=dt.UTC)
    dates = ["Mon, 10 Jun 2024 22:00:00 GMT", "", "no date", "Mon, 10 Jun 2024 22:00:02 GMT"]
    assert clock_difference(dates, now) == 599.0
    assert clock_difference(["", "no date"], now) is None
