from itertools import islice

from coherence.devices.reconnect import wait_s


def test_waits_grow_and_then_stay() -> None:
    assert [wait_s(n) for n in islice(range(100), 6)] == [0.25, 0.5, 1.0, 2.0, 5.0, 5.0]
    assert wait_s(100_000) == 5.0
