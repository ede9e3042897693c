"""Annotations of PhysioNet: beats where others found them; files that are cut or have no rate."""

from contextlib import suppress

import numpy as np
import pytest
from tests import recorded

from coherence.reports.imports import read_recording
from coherence.reports.recording import ImportFailed

DAY = "clifford_toolbox/TestData/Physionet_nsr2db"


@pytest.mark.parametrize("patient", ["nsr001", "nsr004", "nsr009"])
def test_a_day_of_beats_is_what_another_reader_finds(data, patient):
    marks = recorded.annotations(data / DAY / f"{patient}.ecg")
    samples = [sample for sample, code in marks if code in recorded.BEAT_CODES]
    recording = read_recording(data / DAY / f"{patient}.ecg")
    assert recording.format == "wfdb"
    assert len(recording.rr_ms) == len(samples) - 1
    np.testing.assert_allclose(recording.rr_ms, np.diff(samples) / 128.0 * 1000.0, rtol=1e-12)


def test_without_its_header_one_sentence_says_what_is_missing(data, tmp_path):
    path = tmp_path / "nsr001.ecg"
    path.write_bytes((data / DAY / "nsr001.ecg").read_bytes()[:4000])
    with pytest.raises(ImportFailed, match=r"put nsr001\.hea, which belongs to it, beside it"):
        read_recording(path)
    (tmp_path / "nsr001.hea").write_text("# nothing\n")
    with pytest.raises(ImportFailed, match="names no rate"):
        read_recording(path)
    (tmp_path / "nsr001.hea").write_text("# of somebody\nnsr001 0\n")
    assert read_recording(path).rr_ms[10] > 0.0  # the usual 250 a second


def test_cut_at_any_byte_it_is_read_or_refused(data, tmp_path):
    whole = (data / "wfdb_sample" / "100.atr").read_bytes()
    path = tmp_path / "100.atr"
    path.with_suffix(".hea").write_text("100 2 360 650000\n")
    for end in range(1, 120):
        path.write_bytes(whole[:end])
        with suppress(ImportFailed):  # and nothing else
            assert len(read_recording(path).rr_ms) > 0
