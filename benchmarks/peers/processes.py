"""A library's process: it is given orders one by one, and begun anew where it does not answer."""

import json
import subprocess
import threading
from dataclasses import dataclass

from peers.environments import HERE, Peer, PeerMissing, python_of


@dataclass(slots=True)
class Worker:
    """A library's process."""

    peer: Peer
    process: subprocess.Popen[str] | None = None
    version: str = ""
    trouble: str = ""
    mended: str = ""

    def start(self) -> None:
        try:
            python, self.mended = python_of(self.peer)
        except PeerMissing as error:
            self.trouble = str(error)
            return
        self.process = subprocess.Popen(
            [python, str(HERE / "worker.py"), self.peer.module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        said = self._heard()
        self.version = said.get("version", "")
        self.trouble = said.get("error", "" if said else "its process ended")
        if self.trouble:
            self.stop()

    def ask(self, limit_s: float, **order: object) -> dict:
        """Give an order; where there is no answer in time, say so and begin a new process."""
        if self.process is None:
            return {"error": self.trouble}
        limit = threading.Timer(limit_s, self.process.kill)
        limit.start()
        try:
            said = self._order(order)
        finally:
            limit.cancel()
        if self.process.poll() is not None:
            self.process = None
            self.start()
            return {"error": f"no answer within {limit_s:.0f} s"}
        return said

    def _order(self, order: dict) -> dict:
        assert self.process is not None
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        said = self._heard()
        if not said:
            self.process.wait()
        return said

    def _heard(self) -> dict:
        assert self.process is not None
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        return json.loads(line) if line else {}

    def stop(self) -> None:
        if self.process is not None:
            assert self.process.stdin is not None
            self.process.stdin.close()
            self.process.wait()
            self.process = None
