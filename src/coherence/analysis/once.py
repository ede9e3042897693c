"""once: a property that is worked out when it is first asked for, and then kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")


class once(Generic[T]):  # noqa: N801 (a decorator, like property)
    """As ``functools.cached_property``, which before Python 3.12 takes a lock each time.

    Where forty numbers share what they come from, the locks cost as much as some of the numbers.

    >>> class Thing:
    ...     @once
    ...     def number(self) -> int:
    ...         print("worked out")
    ...         return 7
    >>> thing = Thing()
    >>> thing.number, thing.number
    worked out
    (7, 7)
    """

    def __init__(self, compute: Callable[[Any], T]) -> None:
        self._compute = compute
        self.__doc__ = compute.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, thing: None, owner: type) -> once[T]: ...
    @overload
    def __get__(self, thing: object, owner: type) -> T: ...
    def __get__(self, thing: object | None, owner: type) -> once[T] | T:
        if thing is None:
            return self
        # Found in the thing's own dictionary from now on: this method is not called again.
        value = thing.__dict__[self._name] = self._compute(thing)
        return value
