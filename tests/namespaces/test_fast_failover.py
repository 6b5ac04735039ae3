"""Adverts every 10 ms: the promise is measured by measure_fast_failover.py on a quiet machine; here others may run beside it."""

import measure_fast_failover as fast
from lab import table

GENEROUS = 2 * fast.PROMISE


def test_a_cut_master_is_replaced_at_once(programs, tmp_path):
    measured = fast.measure(programs.resolve(), tmp_path, cuts=9)
    for line in measured.lines():
        table.record_figure("fast failover: " + line)
    assert measured.median < GENEROUS
    down = fast.master_down(fast.PRIORITY, fast.INTERVAL)
    assert min(cut.election for cut in measured.cuts) >= down - 0.001, "a backup took over too early"
