"""`coherence doctor`: its lines, its JSON, its report and its status."""

import pytest
from tests.cli.shell import ended, started

from coherence.cli import display
from coherence.cli.doctor import lines_of, window_findings
from coherence.doctor.finding import Finding, State

NOWHERE = "tcp-client:127.0.0.1:9"
AMISS = Finding("adapter", "Bluetooth adapter", State.TO_DO, "It is off.", "Turn it on.", "hci0")


def test_with_no_radio_it_says_so_goes_on_and_ends_with_status_3(coherence, tmp_path):
    pytest.importorskip("bumble", reason="--radio needs the extra `sim`")
    report = tmp_path / "report.txt"
    told = coherence("doctor", "--json", "--radio", NOWHERE, "--report", report)
    assert told.status == 3
    (row,) = told.rows()
    assert row["usable"] is False
    found = {each["key"]: each for each in row["findings"]}
    assert list(found)[:5] == ["python", "store", "qt", "display", "sound"]
    assert found["adapter"]["state"] == "to_do"
    assert found["straps"]["state"] == "not_looked_at"
    assert NOWHERE in found["adapter"]["detail"]
    assert NOWHERE not in report.read_text()
    assert told.said() == f"Wrote {report}, without names, addresses, places and values."
    again = coherence("doctor", "--radio", NOWHERE, "--report", report)
    assert again.status == 2
    assert "--force" in again.err


def test_lines_carry_a_sign_a_label_and_below_what_to_do(coherence):
    pytest.importorskip("bumble", reason="--radio needs the extra `sim`")
    told = coherence("doctor", "--radio", NOWHERE)
    assert (told.status, told.err) == (3, "")
    lines = told.out.splitlines()
    assert lines[0].startswith("✓ Python ")
    (amiss,) = (n for n, line in enumerate(lines) if line.startswith("!"))
    assert "No radio answers" in lines[amiss]
    assert lines[amiss + 1].startswith("   ")
    assert "begins with !" in lines[-1]
    assert list(lines_of(AMISS)) == [
        "! Bluetooth adapter       It is off (hci0).",
        "                          Turn it on.",
    ]


def test_where_signs_cannot_be_written_plain_ones_stand(monkeypatch):
    import io
    import sys

    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="cp1252"))
    for state, sign in ((State.FINE, "+"), (State.TO_DO, "!"), (State.NOT_LOOKED_AT, "-")):
        assert next(lines_of(Finding("a", "A", state, "So."))).startswith(f"{sign} A")


def test_without_a_display_the_terminal_is_named_and_nothing_is_to_be_done(monkeypatch):
    monkeypatch.setattr(display.sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    qt, shown = window_findings()
    assert (qt.state, shown.state) == (State.FINE, State.TO_KNOW)
    assert "coherence live" in shown.said


def test_a_display_that_does_not_answer_stands_in_the_detail_alone(monkeypatch):
    monkeypatch.setattr(display.sys, "platform", "linux")
    monkeypatch.setattr(display, "_missing_xcb", lambda: None)
    for name in ("WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DISPLAY", ":987")
    _, shown = window_findings()
    assert shown.state is State.TO_KNOW
    assert ":987" in shown.detail
    assert ":987" not in shown.said + shown.fix


def test_a_platform_that_qt_does_not_know_is_to_be_unset(monkeypatch):
    monkeypatch.setattr(display.sys, "platform", "linux")
    monkeypatch.setattr(display, "_platforms_here", lambda: {"xcb"})
    monkeypatch.setenv("QT_QPA_PLATFORM", "bogus")
    _, shown = window_findings()
    assert shown.fix.startswith("Unset QT_QPA_PLATFORM")
    assert "bogus" in shown.detail


@pytest.mark.slow
def test_a_strap_of_another_program_is_listened_to(tmp_path):
    pytest.importorskip("bumble", reason="the virtual radio needs the extra `sim`")
    from tests.strap_process import virtual_strap

    report = tmp_path / "report.txt"
    with virtual_strap("--name", "Anna's Polar", "--script", "1 battery 9") as strap:
        told = ended(
            started(
                "doctor", "--json", "--seconds", "1", "--report", report, "--radio", strap.radio
            )
        )
    assert told.status == 0
    found = {each["key"]: each for each in told.rows()[0]["findings"]}
    assert "Anna's Polar" in found["straps"]["detail"]
    assert [found[key]["state"] for key in ("heart", "intervals", "contact", "battery")] == [
        *("fine", "fine", "fine", "to_know")
    ]
    said = report.read_text()
    for personal in ("Anna", "C0:FF", "bpm", "9 %", strap.radio):
        assert personal not in said
