"""Fixtures for every test: where the real recordings lie, and a machine without screen or sound."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the program has it; before NumPy is loaded
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["COHERENCE_LANGUAGE"] = "en"  # whatever this computer speaks
os.environ.setdefault("COHERENCE_AUDIO", "null")  # a device that plays to nobody
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as of what a script starts with &
    signal.signal(signal.SIGINT, signal.default_int_handler)  # and programs under test hear it

settings.register_profile(
    "coherence", deadline=None
)  # no time is asserted: the machine may be busy
settings.load_profile("coherence")

DATA = Path(
    os.environ.get("COHERENCE_DATA", Path(__file__).resolve().parents[1] / ".." / "shared" / "data")
).resolve()


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real recordings; the test is skipped where they are not."""
    if not DATA.is_dir():
        pytest.skip("no real recordings here: set COHERENCE_DATA to their folder")
    return DATA


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test touches the records or settings of the person who runs it."""
    monkeypatch.setenv("COHERENCE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("coherence.storage.keys.SCRYPT_N", 2**11)  # passphrases quick to try


@pytest.fixture(scope="module", autouse=True)
def _nothing_remembered(request: pytest.FixtureRequest) -> Iterator[None]:
    """What functions of a test file remember (``@cache``) goes with it: modules stay to the end."""
    yield
    for each in list(vars(request.node.obj).values()):
        if hasattr(each, "cache_clear") and each.__module__ == request.node.obj.__name__:
            each.cache_clear()
