"""The kinds of sound there are, and the grid that all sound here lies on."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Kind = Literal["waves", "pad", "bowl", "none"]
KINDS: tuple[Kind, ...] = ("waves", "pad", "bowl", "none")
RATE_HZ = 48_000  # frames a second; frame 0 is where the session begins

Frames = NDArray[np.float32]  # (frames, columns), each within ±1
