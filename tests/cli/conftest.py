"""The command line in this process, and recordings as RR text."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tests.cli.shell import Outcome

from coherence.cli.commands import _run

Coherence = Callable[..., Outcome]


@pytest.fixture
def coherence(capsys: pytest.CaptureFixture[str]) -> Coherence:
    """Run a command in this process."""

    def call(*arguments: object) -> Outcome:
        capsys.readouterr()
        status = _run([str(each) for each in arguments])
        said = capsys.readouterr()
        return Outcome(status, said.out, said.err)

    return call


@pytest.fixture
def rr_file(tmp_path: Path) -> Callable[..., Path]:
    """Write intervals in milliseconds as RR text."""

    def write(rr_ms: np.ndarray, name: str = "rr.txt") -> Path:
        path = tmp_path / name
        path.write_text("".join(f"{rr:.6f}\n" for rr in rr_ms))
        return path

    return write
