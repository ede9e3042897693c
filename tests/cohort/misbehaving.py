"""Work for a pool that crashes, hangs or is killed, by what its task says."""

import os
import signal
import time
from pathlib import Path


def work(task: str) -> str:
    """``crash``, ``hang``, ``once:FILE`` (killed the first time) or anything else, done at once."""
    if task == "crash":
        os._exit(7)
    if task == "hang":
        time.sleep(600)
    if task.startswith("once:") and not (mark := Path(task[5:])).exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return task.upper()
