"""What orders make of frames: late, lost, cut, doubled, unfelt, and whole again."""

import pytest

from coherence.devices import heart_rate
from coherence.devices.errors import DecodeError
from coherence.devices.heart_rate import HeartRateMeasurement
from coherence.devices.mishaps import Mishaps
from coherence.devices.strap_orders import Order

SAID = HeartRateMeasurement(60, contact=True, rr_ticks=(1000, 1024))
FRAME = heart_rate.encode(SAID)


def test_nothing_befalls_a_frame_unless_ordered() -> None:
    mishaps = Mishaps(1)
    for what in ("drop", "away", "battery", "back", "contact on"):
        mishaps.order(Order(what, 5.0), 0.0)
    assert mishaps.sent_for(FRAME, 1.0) == [FRAME]


def test_a_quiet_strap_sends_nothing_for_so_long_or_until_it_is_back() -> None:
    mishaps = Mishaps(1)
    mishaps.order(Order("quiet", 5.0), 10.0)
    assert mishaps.sent_for(FRAME, 14.9) == []
    assert mishaps.sent_for(FRAME, 15.0) == [FRAME]
    mishaps.order(Order("quiet", 5.0), 20.0)
    mishaps.order(Order("back"), 21.0)
    assert mishaps.sent_for(FRAME, 21.0) == [FRAME]


def test_so_many_frames_are_doubled() -> None:
    mishaps = Mishaps(1)
    mishaps.order(Order("double", 2.0), 0.0)
    sent = [mishaps.sent_for(FRAME, float(n)) for n in range(3)]
    assert sent == [[FRAME, FRAME], [FRAME, FRAME], [FRAME]]


def test_garbled_frames_are_cut_so_that_some_cannot_be_read_and_some_lack_a_beat() -> None:
    mishaps = Mishaps(1)
    mishaps.order(Order("garble", 40.0), 0.0)
    unread = short = 0
    for n in range(40):
        (sent,) = mishaps.sent_for(FRAME, float(n))
        assert FRAME.startswith(sent)
        assert len(sent) < len(FRAME)
        try:
            short += heart_rate.decode(sent).rr_ticks == (1000,)
        except DecodeError:
            unread += 1
    assert unread > 10
    assert short > 5
    assert unread + short == 40
    assert mishaps.sent_for(FRAME, 41.0) == [FRAME]


@pytest.mark.parametrize("ending", ["contact on", "back"])
def test_without_contact_no_interval_and_the_first_one_after_has_no_beginning(ending: str) -> None:
    mishaps = Mishaps(1)
    mishaps.order(Order("contact off"), 0.0)
    (sent,) = mishaps.sent_for(FRAME, 1.0)
    assert heart_rate.decode(sent) == HeartRateMeasurement(60, contact=False)
    mishaps.order(Order(ending), 2.0)
    (sent,) = mishaps.sent_for(heart_rate.encode(HeartRateMeasurement(60, contact=True)), 2.5)
    assert heart_rate.decode(sent) == HeartRateMeasurement(60, contact=True)
    (sent,) = mishaps.sent_for(FRAME, 3.0)
    assert heart_rate.decode(sent) == HeartRateMeasurement(60, contact=True, rr_ticks=(1024,))
    assert mishaps.sent_for(FRAME, 4.0) == [FRAME]


def test_a_strap_that_does_not_tell_of_contact_still_does_not() -> None:
    mishaps = Mishaps(1)
    mishaps.order(Order("contact off"), 0.0)
    (sent,) = mishaps.sent_for(heart_rate.encode(HeartRateMeasurement(60)), 1.0)
    assert heart_rate.decode(sent).contact is None
