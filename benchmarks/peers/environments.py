"""Environments for peers whose pins clash with ours: one each, in a cache outside the tree."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_cache_path

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Peer:
    """A library, the module that calls it, and what must be mended before it runs at all."""

    name: str
    module: str
    requirement: str | None = None  # None: in our own environment
    imports: str = ""
    mended_with: tuple[str, ...] = ()
    also: tuple[str, ...] = ("setuptools<81",)  # they import pkg_resources


PEERS = (
    Peer("coherence", "ours"),
    Peer("neurokit2", "with_neurokit2"),
    Peer("pyhrv", "with_pyhrv", "pyhrv==0.5.0", "pyhrv.hrv", ("peakutils", "nolds==0.5.2")),
    Peer(
        "hrv-analysis", "with_hrv_analysis", "hrv-analysis==1.0.6", "hrvanalysis",
        ("nolds==0.5.2",),
    ),
    Peer("heartpy", "with_heartpy", "heartpy==1.2.7", "heartpy"),
)  # fmt: skip


class PeerMissing(Exception):
    """A peer that cannot be timed; says why."""


def python_of(peer: Peer) -> tuple[str, str]:
    """(interpreter, what had to be mended) for a peer; made at first use. Raises PeerMissing."""
    if peer.requirement is None:
        return sys.executable, ""
    folder = user_cache_path("coherence") / "peers" / peer.name
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    note = folder / "mended.json"
    if not note.is_file():
        shutil.rmtree(folder, ignore_errors=True)
        note.parent.mkdir(parents=True)
        _run("uv", "venv", "-q", "--clear", "--python", sys.executable, str(folder))
        _run("uv", "pip", "install", "-q", "--python", str(python), peer.requirement, *peer.also)
        mended = ""
        try:
            _run(str(python), "-W", "ignore", "-c", f"import {peer.imports}")
        except PeerMissing as error:
            if not peer.mended_with:
                raise
            # past what the package itself asks for: it asks for what does not work
            _run("uv", "pip", "install", "-q", "--python", str(python), *peer.mended_with)
            _run(str(python), "-W", "ignore", "-c", f"import {peer.imports}")
            mended = f"as published: {error}; timed with {', '.join(peer.mended_with)}"
        note.write_text(json.dumps(mended))
    return str(python), json.loads(note.read_text())


def _run(*command: str) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PeerMissing(f"{command[0]}: {error}") from error
    if done.returncode:
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        raise PeerMissing(lines[-1] if lines else f"{command[0]} ended with {done.returncode}")
