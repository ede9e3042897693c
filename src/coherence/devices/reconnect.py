"""How long to wait before trying a lost strap again."""

_WAITS_S = (0.25, 0.5, 1.0, 2.0, 5.0)  # then every 5 s for as long as the session is open


def wait_s(failed_attempts: int) -> float:
    """Seconds to wait after this many attempts have failed in a row (0: the link was just lost).

    >>> [wait_s(n) for n in range(7)]
    [0.25, 0.5, 1.0, 2.0, 5.0, 5.0, 5.0]
    """
    return _WAITS_S[min(max(failed_attempts, 0), len(_WAITS_S) - 1)]
