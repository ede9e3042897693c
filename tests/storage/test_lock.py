import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from coherence.storage.errors import InstanceError
from coherence.storage.lock import hold_app, hold_recording, is_locked, let_go
from coherence.storage.places import places

HOLD = """
import sys, time
from pathlib import Path
from coherence.storage.lock import hold_app, hold_recording
from coherence.storage.places import places
held = hold_app(places()), hold_recording(places().store, 5)
Path(sys.argv[1]).touch()
time.sleep(60)
"""


def test_a_second_instance_says_so_until_the_first_is_killed(
    tmp_path: Path,
    python: Callable[..., subprocess.Popen[bytes]],
    until: Callable[[Callable[[], object]], None],
) -> None:
    first = python("-c", HOLD, tmp_path / "held")
    try:
        until((tmp_path / "held").exists)
        with pytest.raises(InstanceError, match="coherence is already open"):
            hold_app(places())
        assert is_locked(places().store, 5)
        with pytest.raises(InstanceError, match="Session 5 is being recorded"):
            hold_recording(places().store, 5)
    finally:
        first.kill()
        first.wait()
    hold_app(places()).release()
    assert not is_locked(places().store, 5)


def test_a_lock_holds_within_one_process_too_and_is_free_afterwards(tmp_path: Path) -> None:
    store = tmp_path / "coherence.db"
    assert not is_locked(store, 1)
    held = hold_recording(store, 1)
    assert is_locked(store, 1)
    assert not is_locked(store, 2)
    thread = threading.Thread(target=let_go, args=(held,))  # begun here, finished there
    thread.start()
    thread.join()
    assert not is_locked(store, 1)
    assert list((tmp_path / "locks").iterdir()) == []
