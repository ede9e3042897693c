"""How long `coherence demo` takes from its start to its first painted frame; median of five.

    python benchmarks/startup.py [--runs 5]

Goal: under 3 s with a warm disk. Beside it: what `import neurokit2` alone would cost a program
that imports it at its start.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time

FIRST_FRAME = """
import os
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication
from coherence.cli.commands import run

class Frame(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.UpdateRequest:  # painting everything ends within this one
            app.removeEventFilter(self)
            watched.event(event)
            os._exit(0)
        return False

app, frame = QApplication([]), Frame()
app.installEventFilter(frame)
run(["demo"])
"""


def seconds(code: str) -> float:
    """From starting Python to its end."""
    with tempfile.TemporaryDirectory() as home:
        environment = {"QT_QPA_PLATFORM": "offscreen"} | os.environ | {"COHERENCE_HOME": home}
        began_s = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], env=environment, check=True)
        return time.perf_counter() - began_s


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    for name, code in (
        ("coherence demo, to the first frame", FIRST_FRAME),
        ("import neurokit2, nothing else", "import neurokit2"),
    ):
        seconds(code)  # warms the disk
        took = [seconds(code) for _ in range(runs)]
        print(
            f"{name:36} median {statistics.median(took):5.2f} s"
            f"  (from {min(took):.2f} to {max(took):.2f}, {runs} runs)"
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
