"""Orders in words: each is understood, and what is none says so."""

import pytest

from coherence.devices.strap_orders import ORDERS, Order, OrderError, parsed, parsed_script


@pytest.mark.parametrize("what", ORDERS)
def test_every_order_is_understood_alone_with_a_strap_and_in_a_script(what: str) -> None:
    usual = ORDERS[what][0]
    assert parsed(what) == Order(what, usual, 1)
    assert parsed(f"  {what.upper()} #2 ") == Order(what, usual, 2)
    assert parsed_script(f"1.5 {what};") == [(1.5, Order(what, usual, 1))]
    if usual is not None:
        assert parsed(f"{what} 12") == Order(what, 12.0, 1)


def test_some_can_be_said_in_other_words() -> None:
    assert parsed("battery low #3") == Order("battery", 5.0, 3)
    assert parsed("Out of range") == Order("away")
    assert parsed("in range #2") == Order("back", strap=2)


NO_ORDERS = ("", "sing", "drop 3", "quiet long", "quiet 5 6", "quiet -1", "quiet nan", "drop #")


@pytest.mark.parametrize(
    "words", [*NO_ORDERS, "drop #0", "contact", "contact off 3", "#1", "battery high"]
)
def test_what_is_no_order_says_so(words: str) -> None:
    with pytest.raises(OrderError, match=r"no (order|number|strap)"):
        parsed(words)


@pytest.mark.parametrize("script", ["drop", "soon drop", "1 sing", "-1 drop"])
def test_a_script_needs_a_time_and_an_order(script: str) -> None:
    with pytest.raises(OrderError):
        parsed_script(script)
