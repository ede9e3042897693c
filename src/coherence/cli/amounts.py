"""Numbers that options take: finite ones, where click alone takes `nan` for any."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import click

from coherence.translation import _

SEED = click.IntRange(min=0)  # of random numbers


class Amount(click.FloatRange):
    """A finite number between two bounds; ``nan`` lies neither below nor above them."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        return finite(float(super().convert(value, param, ctx)), self.fail, param, ctx)


class Finite(click.types.FloatParamType):
    """Any finite number."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        return finite(float(super().convert(value, param, ctx)), self.fail, param, ctx)


def finite(
    number: float,
    fail: Callable[[str, click.Parameter | None, click.Context | None], object],
    param: click.Parameter | None,
    ctx: click.Context | None,
) -> float:
    """``number``, or a usage error where it is none to reckon with."""
    if not math.isfinite(number):
        said = _("{number} is nothing to reckon with: give a number such as 10.")
        fail(said.format(number=number), param, ctx)
    return number
