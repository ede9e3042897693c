"""`coherence scan`: what is found, and what to do when nothing can be."""

import pytest

from coherence.devices import radio
from coherence.devices.radio_error import RadioReason, radio_error


class Found:
    name, strap_id, rssi_dbm = "Polar H10 12345678", "AA:BB", -60


@pytest.fixture
def scanning(monkeypatch):
    def will(answer):
        async def find_straps(seconds, *, radio, show_all=False):
            if isinstance(answer, Exception):
                raise answer
            return answer

        monkeypatch.setattr(radio, "find_straps", find_straps)

    return will


@pytest.mark.parametrize("reason", RadioReason)
def test_no_bluetooth_is_one_sentence_and_status_3(coherence, scanning, reason):
    scanning(radio_error(reason))
    told = coherence("scan", "--json")
    assert (told.status, told.out) == (3, "")
    assert told.said() == str(radio_error(reason))


def test_what_is_found_is_listed(coherence, scanning):
    scanning([Found()])
    told = coherence("scan", "--json")
    assert told.status == 0
    assert told.rows() == [[{"name": "Polar H10 12345678", "id": "AA:BB", "rssi_dbm": -60}]]
    assert "Polar H10" in coherence("scan").out


@pytest.mark.parametrize("option", [(), ("--json",)])
def test_nothing_found_says_what_to_do(coherence, scanning, option):
    scanning([])
    told = coherence("scan", *option)
    assert told.status == 3
    assert told.out == ("[]\n" if option else "")
    assert "wet it" in told.said()
