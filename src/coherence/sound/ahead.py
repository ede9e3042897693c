"""What was made ahead and waits to be heard: one thread adds and replaces, another takes."""

from __future__ import annotations

import threading
from collections import deque

import numpy as np

from coherence.sound.kinds import Frames


class Ahead:
    """Frames (n, 2) in order. Taking is a few slices: it never waits for anything to be made."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._chunks: deque[tuple[int, Frames]] = deque()
        self._taken = 0  # the next frame to be taken
        self._end = 0  # the next frame to be made
        self._begun = False
        self.missing = 0  # frames that were asked for before they were made, once there were any

    @property
    def taken(self) -> int:
        return self._taken

    @property
    def end(self) -> int:
        return self._end

    def take(self, n: int) -> bytes:
        """The next ``n`` frames as 32-bit floats; silence where none were made."""
        with self._lock:
            first, last = self._taken, self._taken + n
            pieces = []
            for begins, frames in self._chunks:
                if begins >= last:
                    break
                pieces.append(frames[max(0, first - begins) : last - begins].tobytes())
            self._taken = last
            self._end = max(self._end, last)
            while self._chunks and _last(self._chunks[0]) <= last:
                self._chunks.popleft()
        made = b"".join(pieces)
        short = n - len(made) // 8
        self.missing += short if self._begun else 0
        return made + bytes(8 * short)

    def add(self, first: int, frames: Frames) -> bool:
        """Add what follows; False where ``first`` is no longer where it goes on."""
        with self._lock:
            if first != self._end or len(frames) == 0:
                return False
            self._chunks.append((first, frames))
            self._end, self._begun = first + len(frames), True
            return True

    def replace(self, first: int, frames: Frames) -> bool:
        """Put ``frames`` in the place of all that waits from ``first`` on; False: too late."""
        with self._lock:
            if not self._taken <= first <= self._end:
                return False
            while self._chunks and self._chunks[-1][0] >= first:
                self._chunks.pop()
            if self._chunks:
                begins, chunk = self._chunks.pop()
                self._chunks.append((begins, chunk[: first - begins]))
            self._chunks.append((first, frames))
            self._end = first + len(frames)
            return True

    def peek(self, first: int, n: int) -> Frames:
        """Up to ``n`` frames from ``first`` on that wait; they stay where they are."""
        with self._lock:
            chunks = list(self._chunks)
        found = [
            chunk[max(0, first - begins) : max(0, first + n - begins)] for begins, chunk in chunks
        ]
        return np.concatenate(found) if found else np.zeros((0, 2), np.float32)


def _last(chunk: tuple[int, Frames]) -> int:
    return chunk[0] + len(chunk[1])
