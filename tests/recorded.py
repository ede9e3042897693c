"""Readers for the real recordings: plain arrays, each read once. Paths come from `data`."""

import csv
import json
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

MITDB_RATE_HZ = 360.0


@cache
def mitdb(data: Path, record: int) -> tuple[np.ndarray, tuple[int, ...]]:
    """Beat times (s) of an MIT-BIH record, and which of the beats are labelled premature (V)."""
    beats = _column(data / "tpcp_mitdb" / "data" / f"{record}_all.csv", "R")
    pvc_path = data / "tpcp_mitdb" / "data" / f"{record}_pvc.csv"
    which = np.searchsorted(beats, _column(pvc_path, "PVC"))
    return beats / MITDB_RATE_HZ, tuple(int(i) for i in which)


def _column(path: Path, name: str) -> np.ndarray:
    with path.open(newline="") as lines:
        return np.array([int(row[name]) for row in csv.DictReader(lines)], dtype=np.int64)


# Annotation codes that stand for a heartbeat; the rest mark rhythm, noise and waves.
BEAT_CODES = frozenset({*range(1, 14), 25, 30, 31, 34, 35, 38, 41})
ATRIAL, PREMATURE = 8, 5


@cache
def annotations(path: Path) -> tuple[tuple[int, int], ...]:
    """(sample, code) of a PhysioNet annotation file in the MIT format.

    Words of 16 bits, little-endian: a code above ten bits of distance from the one before. Code 59
    is a long skip (four bytes, high word first), 63 is text of that many bytes, padded to even;
    60, 61 and 62 set fields we do not need, and a word of nothing ends the file.
    """
    words = np.fromfile(path, dtype="<u2").tolist()
    found = []
    sample = i = 0
    while i < len(words) and words[i]:
        code, distance = words[i] >> 10, words[i] & 1023
        i += 1
        match code:
            case 59:
                skip = (words[i] << 16) | words[i + 1]
                sample += skip - (1 << 32) if skip >= 1 << 31 else skip
                i += 2
            case 60 | 61 | 62:
                pass
            case 63:
                i += (distance + 1) // 2
            case _:
                sample += distance
                found.append((sample, code))
    return tuple(found)


@cache
def wfdb_100(data: Path) -> tuple[np.ndarray, np.ndarray]:
    """Beat times (s) and annotation codes of MIT-BIH record 100, from its annotation file."""
    beats = [a for a in annotations(data / "wfdb_sample" / "100.atr") if a[1] in BEAT_CODES]
    samples, codes = np.array(beats).T
    return samples / MITDB_RATE_HZ, codes


@cache
def dhyb(data: Path) -> tuple[np.ndarray, np.ndarray]:
    """Arrival times (s) and intervals (ms) of ten minutes of a Polar H10, one row an interval."""
    rows = np.loadtxt(data / "dhyb" / "sample_data_ibi.csv", delimiter=",")
    return rows[:, 0], rows[:, 1]


@cache
def kubios(data: Path, name: str) -> dict[str, Any]:
    """One of the Kubios files: `rr_ms` and the numbers Kubios printed for them."""
    return json.loads((data / "kubios" / f"{name}.json").read_text())


@cache
def welltory(data: Path) -> tuple[tuple[np.ndarray, dict[str, float]], ...]:
    """Intervals (ms) of each short measurement, and what the app that took it printed."""
    with (data / "welltory_covid" / "hrv_measurements.csv").open(newline="") as lines:
        return tuple(
            (
                np.array(row["rr_data"].split(","), dtype=float),
                {key: float(row[key]) for key in ("meanrr", "sdnn", "rmssd", "pnn50")},
            )
            for row in csv.DictReader(lines)
        )


NORMAL, CLIFFORD_RATE_HZ = 1, 125.0  # the rate that the reference was computed with


@cache
def clifford(data: Path, patient: str) -> tuple[tuple[np.ndarray, dict[str, float]], ...]:
    """Intervals (ms) between normal beats of each window of 300 s, and the reference beside them.

    Only windows from which the reference's own rule for spikes took no beat.
    """
    folder = data / "clifford_toolbox"
    marks = annotations(folder / "TestData" / "Physionet_nsr2db" / f"{patient}.ecg")
    samples, codes = np.array(marks).T
    rr_s = np.diff(samples) / CLIFFORD_RATE_HZ
    t_s = np.cumsum(rr_s)
    normal = (codes[1:] == NORMAL) & (codes[:-1] == NORMAL)
    found = []
    path = folder / "ReferenceOutput" / "NSR_HRV_allwindows_allpatients.csv"
    with path.open(newline="") as lines:
        for row in csv.DictReader(lines):
            if row.pop("patID") != patient:
                continue
            said = {key: float(value) for key, value in row.items()}
            inside = (t_s >= said["t_start"]) & (t_s < said["t_end"]) & normal
            if inside.sum() == said["btsdet"]:
                found.append((rr_s[inside] * 1000.0, said))
    return tuple(found)


@cache
def physio(data: Path) -> tuple[np.ndarray, np.ndarray]:
    """R peaks (s) of five minutes of slow breathing, and the airflow beside them at 1 kHz."""
    folder = data / "physio_ecg_resp"
    airflow = np.load(folder / "resp1_airflow.npy").ravel()
    return r_peaks_s(np.load(folder / "ecg1.npy").ravel(), 1000), airflow


@cache
def nk_resting(data: Path) -> tuple[np.ndarray, np.ndarray]:
    """R peaks (s) of eight minutes of rest, and the breathing belt beside them at 100 Hz."""
    path = data / "nk_resting" / "bio_resting_8min_100hz.csv"
    ecg, belt = np.loadtxt(path, delimiter=",", skiprows=1, usecols=(0, 1)).T
    return r_peaks_s(ecg, 100), belt


def r_peaks_s(ecg: np.ndarray, rate_hz: int) -> np.ndarray:
    """R peaks by NeuroKit2's own cleaning and detection: a reader we did not write."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # NeuroKit2 and what it imports
        import neurokit2 as nk

        clean = nk.ecg_clean(ecg.astype(float), sampling_rate=rate_hz)
        _, found = nk.ecg_peaks(clean, sampling_rate=rate_hz)
    return np.asarray(found["ECG_R_Peaks"], dtype=float) / rate_hz


def intervals_ms(beats_s: np.ndarray) -> np.ndarray:
    """Intervals between beat times; interval i ends at beat i + 1."""
    return np.diff(beats_s) * 1000.0
