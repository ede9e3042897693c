"""A command as people meet it: its status, what is on stdout, what is on stderr."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Outcome:
    status: int
    out: str
    err: str

    def rows(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]

    def said(self) -> str:
        """The one line on stderr; fails when there is more, less, or a traceback."""
        (line,) = self.err.strip().splitlines()
        assert "unexpected" not in line
        assert "Traceback" not in line
        assert line.endswith(".")
        return line


def started(*arguments: object, home: Path | None = None) -> subprocess.Popen[str]:
    """Run a command in a process of its own; with the records of ``home`` if it is given."""
    return subprocess.Popen(
        [sys.executable, "-m", "coherence", *map(str, arguments)],
        text=True,
        start_new_session=True,
        env=os.environ | ({} if home is None else {"COHERENCE_HOME": str(home)}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def ended(process: subprocess.Popen[str], timeout_s: float = 30.0) -> Outcome:
    out, err = process.communicate(timeout=timeout_s)
    return Outcome(process.returncode, out or "", err or "")
