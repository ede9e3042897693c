"""The beats that every library is given: a day made with a fixed seed, and stretches of it."""

from pathlib import Path

import numpy as np

BEATS_A_DAY = 100_000
FIRST_S = {"64 s": 66.0, "300 s": 306.0, "5 min": 300.0}


def day(seed: int = 7) -> np.ndarray:
    """24 h of intervals in ticks of 1/1024 s: breath, six a minute, drift of a day and noise."""
    rng = np.random.default_rng(seed)
    n = BEATS_A_DAY
    slow = np.cumsum(rng.normal(0.0, 1.0, n))
    slow -= np.convolve(slow, np.ones(801) / 801, mode="same")
    t_s = np.cumsum(np.full(n, 0.85))
    breath = np.cumsum(rng.normal(0.25, 0.02, n)) * 2 * np.pi * 0.85
    rr_ms = 864.0 + 60.0 * np.sin(2 * np.pi * t_s / 86400.0)
    rr_ms += 25.0 * np.sin(breath) + 20.0 * np.sin(2 * np.pi * 0.1 * t_s) + 1.5 * slow
    rr_ms += rng.normal(0.0, 8.0, n)
    return np.rint(np.clip(rr_ms, 400.0, 1600.0) * 1.024) / 1.024


def with_artefacts(rr_ms: np.ndarray, share: float = 0.01, seed: int = 8) -> np.ndarray:
    """Missed, extra and ectopic beats, a third of ``share`` each."""
    rng = np.random.default_rng(seed)
    at = np.sort(rng.choice(np.arange(20, len(rr_ms) - 20, 8), int(len(rr_ms) * share), False))
    kinds = rng.integers(0, 3, len(at))
    out: list[float] = []
    before = 0
    for i, kind in zip(at.tolist(), kinds.tolist(), strict=True):
        out += rr_ms[before:i].tolist()
        a, b = float(rr_ms[i]), float(rr_ms[i + 1])
        match kind:
            case 0:
                out += [a + b]
            case 1:
                out += [0.4 * a, 0.6 * a, b]
            case _:
                out += [0.7 * a, b + 0.3 * a]
        before = i + 2
    return np.array(out + rr_ms[before:].tolist())


def first(rr_ms: np.ndarray, span_s: float) -> np.ndarray:
    return rr_ms[: int(np.searchsorted(np.cumsum(rr_ms) / 1000.0, span_s)) + 1]


def recordings(folder: Path) -> dict[str, str]:
    whole = day()
    made = {key: first(whole, span_s) for key, span_s in FIRST_S.items()}
    made |= {"day": whole, "day with artefacts": with_artefacts(whole)}
    paths = {}
    for key, rr_ms in made.items():
        paths[key] = str(folder / f"{key.replace(' ', '-')}.npy")
        np.save(paths[key], rr_ms)
    return paths
