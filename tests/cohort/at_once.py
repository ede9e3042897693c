"""What windows say of a recording that is held from end to end."""

from coherence.cohort.block import summed_up
from coherence.sessions.trace import trace
from coherence.sessions.tracker import SessionTracker


def told(windows):
    return [(each.window, each.paced, each.found.as_json()) for each in windows]


def told_at_once(arrivals, windows):
    """The same windows of a fold that holds all and forgets nothing."""
    tracker, _ = trace(arrivals, SessionTracker(rows=[]))
    return told(summed_up(tracker, 0, [(each.from_s, each.to_s) for each in windows]))
