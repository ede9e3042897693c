"""What a phone may say is read strictly: a hello, a ping, or nothing at all."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coherence.share.hearing import LONGEST, Hello, Ping, heard

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=6,
)


@given(st.text())
def test_any_text_is_understood_or_not_and_never_raises(text: str) -> None:
    assert isinstance(heard(text), Hello | Ping | None)


@given(st.sampled_from(["hello", "ping", "pause"]), VALUES, VALUES, VALUES)
def test_any_values_give_a_finite_ping_or_none(
    kind: str, token: object, sent: object, seen: object
) -> None:
    hello = heard(json.dumps({"kind": kind, "token": token}))
    assert hello is None or (hello == Hello(token) and kind == "hello")  # type: ignore[arg-type]
    ping = heard(json.dumps({"kind": kind, "sent": sent, "seen": seen}))
    if ping is not None:
        assert isinstance(ping, Ping)
        assert math.isfinite(ping.sent_ms)
        assert type(ping.seen) is int


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "[]",
        '{"kind": "ping", "sent": NaN, "seen": 1}',
        '{"kind": "ping", "sent": Infinity, "seen": 1}',
        '{"kind": "ping", "sent": true, "seen": 1}',
        '{"kind": "ping", "sent": 1' + "0" * 200 + ', "seen": 1}',
        '{"kind": "ping", "sent": 1, "seen": 1, "more": 1}',
        '{"kind": "hello", "token": ["x"]}',
        "[" * LONGEST,
        '{"kind": "hello", "token": "' + "x" * LONGEST + '"}',
    ],
)
def test_what_is_neither_is_nothing(text: str | None) -> None:
    assert heard(text) is None
