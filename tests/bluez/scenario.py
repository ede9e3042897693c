"""Our radio on the real bluetoothd, in the machine of `.ci/bluez`: one beat in is one beat out.

A virtual strap sits on a virtual adapter of the kernel; between it and our code lie Linux's own
Bluetooth, bluetoothd, D-Bus and bleak as they are.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Callable

from tests.bluez.app import App
from tests.strap_process import BEGIN_S, StrapProcess

from coherence.devices import polar_frames
from coherence.devices.bluez import bluez_state
from coherence.devices.polar import Answer, Kind, Op, Reply, decode_control
from coherence.devices.polar_frames import EcgFrame
from coherence.devices.radio import find_straps
from coherence.devices.radio_error import RadioReason, radio_error
from coherence.devices.which_radio import SYSTEM_RADIO
from coherence.doctor.bluetooth import held_finding, linux_findings
from coherence.doctor.examination import examined
from coherence.doctor.finding import Finding, State, redacted, usable
from coherence.storage.places import places

NO_SERVICE = str(radio_error(RadioReason.NO_SERVICE, "Linux"))
BEGAN_S = time.monotonic()


def say(words: str) -> None:
    print(f"{time.monotonic() - BEGAN_S:6.1f} s  {words}", flush=True)  # noqa: T201


def switch(on: bool) -> bool:
    """Turn the adapter on or off, as the desktop's switch does."""
    asked = subprocess.run(
        [
            *("dbus-send", "--system", "--print-reply", "--dest=org.bluez", "/org/bluez/hci0"),
            *("org.freedesktop.DBus.Properties.Set", "string:org.bluez.Adapter1"),
            *("string:Powered", f"variant:boolean:{str(on).lower()}"),
        ],
        capture_output=True,
        check=False,
    )
    return asked.returncode == 0


def until(what: str, happened: Callable[[], bool], within_s: float = 30.0) -> None:
    end_s = time.monotonic() + within_s
    while not happened():
        assert time.monotonic() < end_s, f"waited in vain: {what}"
        time.sleep(0.2)


def same_beats(strap: StrapProcess, app: App, what: str, *, latest: bool = True) -> None:
    """Each frame that was sent to the app, over its latest link or all, has come to it, once."""
    time.sleep(0.3)  # what was sent is told on another way
    sent = strap.heard(latest=latest)
    assert app.frames == sent[: len(app.frames)], f"{what}: sent {sent}, came {app.frames}"
    assert len(sent) - len(app.frames) <= 1, f"{what}: sent {len(sent)}, came {len(app.frames)}"


def doctor_says(**expected: str) -> None:
    """What `coherence doctor` finds of service, permission and adapter here."""
    found = {each.key: each for each in linux_findings(asyncio.run(bluez_state()))}
    for key, said in expected.items():
        assert said in found[key].said, f"{key}: {found[key]}"


def held_by(app_or_system: str) -> None:
    state = asyncio.run(bluez_state())
    assert app_or_system in held_finding([], state).said, state


async def _examined() -> list[Finding]:
    examination = examined(places(), SYSTEM_RADIO, looking_s=2.0, listening_s=4.0)
    return [each async for each in examination]


def examined_whole() -> None:
    found = asyncio.run(_examined())
    lines = redacted(found)
    assert usable(found), lines
    states = {each.key: each.state for each in found}
    assert states["heart"] is states["intervals"] is State.FINE, lines
    say("coherence doctor: service, permission, adapter, strap, heart rate, intervals are seen")


def three_drops(strap: StrapProcess) -> App:
    app = App(strap.name)
    app.until_states("streaming", 1, 40.0)
    for drop in range(1, 4):
        app.until_frames(2)
        strap.order("drop")
        app.until_states("lost", drop)
        app.until_states("streaming", drop + 1)
    app.until_frames(3)
    same_beats(strap, app, "after three drops", latest=False)
    say(f"three drops: {len(app.frames)} frames sent, the same {len(app.frames)} came, each once")
    app.until("ECG comes", lambda: len(app.data) >= 6, 40.0)
    assert measured(app) > 300, app
    say(f"Polar's measurements: {len(app.data)} frames came whole, up to {longest(app)} bytes")
    return app


def measured(app: App) -> int:
    """How many samples of ECG came; whatever is no whole frame ends it all."""
    frames = [polar_frames.decode(data) for data in app.data]
    stamps = [frame.timestamp_ns for frame in frames if isinstance(frame, EcgFrame)]
    assert len(set(stamps)) == len(stamps), "a frame of ECG came twice"
    return sum(len(frame.microvolts) for frame in frames if isinstance(frame, EcgFrame))


def longest(app: App) -> int:
    return max(len(data) for data in app.data)


def ecg_answers(app: App) -> list[int]:
    """How the strap took each start and stop of its ECG."""
    said = [decode_control(reply) for reply in app.replies]
    return [
        each.answer
        for each in said
        if isinstance(each, Reply) and each.kind == Kind.ECG and each.op != Op.SETTINGS
    ]


def killed(strap: StrapProcess, app: App) -> App:
    app.kill()
    until("the strap is let go of", lambda: len(strap.events("left")) == 4)
    assert "ecg" in strap.events("left")[-1]["measuring"]  # nobody could stop it
    held_by("connected to this computer already")
    strap_ids = [seen.strap_id for seen in asyncio.run(find_straps(1.0))]
    assert len(strap_ids) == 1, strap_ids  # held by the system, and said to be there all the same
    again = App(strap.name)
    again.until_states("streaming", 1)
    assert again.states[:2] == ["connecting", "listening"], again  # adopted, not looked for
    again.until_frames(2)
    same_beats(strap, again, "after kill -9")
    say(f"killed by kill -9: the held strap was adopted, {len(again.frames)} frames came once")
    again.until("ECG comes again", lambda: measured(again) > 200, 40.0)
    # it ran already, was stopped, and began anew
    assert ecg_answers(again) == [Answer.ALREADY, Answer.DONE, Answer.DONE], again
    say("and the ECG that was left running was stopped and begun anew")
    return again


def off_and_on(strap: StrapProcess, app: App) -> None:
    assert switch(on=False)
    app.until_states("lost", 2)
    assert app.links[-1][1] == str(radio_error(RadioReason.POWERED_OFF, "Linux")), app
    doctor_says(service="It runs", permission="may use", adapter="It is off")
    del app.frames[:]
    assert switch(on=True)
    app.until_states("streaming", 2, 40.0)
    app.until_frames(3)
    same_beats(strap, app, "after off and on")
    say("adapter off and on: told in one sentence, and the strap came back by itself")


def out_of_range(strap: StrapProcess, app: App) -> None:
    strap.order("away")
    app.until_states("lost", 3, 30.0)
    time.sleep(1.0)
    del app.frames[:]
    strap.order("back")
    app.until_states("streaming", 3, 60.0)
    app.until_frames(3)
    same_beats(strap, app, "after a walk")
    say("out of range and back: each frame once again")


def the_fault_would_be_seen(strap: StrapProcess) -> None:
    """Not a test of ours: whether bluetoothd still doubles what is not let go of."""
    app = App(strap.name, lets_go=False)
    app.until_states("streaming", 1)
    for drop in range(1, 3):
        strap.order("drop")
        app.until_states("lost", drop)
        app.until_states("streaming", drop + 1)
    sent, begun = len(strap.heard()), len(app.frames)
    until("three more are sent", lambda: len(strap.heard()) >= sent + 3)
    time.sleep(0.5)  # they are on their way
    times = (len(app.frames) - begun) / (len(strap.heard()) - sent)
    app.kill()
    say(f"for comparison, without letting go after a loss each frame comes {times:.1f} times")


def service_restarted(strap: StrapProcess) -> None:
    app = App(strap.name)
    app.until_states("streaming", 1)
    os.kill(int(os.environ["BLUETOOTHD"]), signal.SIGTERM)
    until("the service has ended", lambda: not asyncio.run(bluez_state()).running)
    doctor_says(service="does not run", permission="Not looked at", adapter="Not looked at")
    app.until_states("lost", 1)
    app.until("why", lambda: NO_SERVICE in [reason for _, reason in app.links], 30.0)
    del app.frames[:]
    subprocess.Popen(["/usr/libexec/bluetooth/bluetoothd", "-n"], stderr=subprocess.DEVNULL)
    until("the adapter is on again", lambda: switch(on=True))
    app.until_states("streaming", 2, 60.0)
    app.until_frames(3)
    same_beats(strap, app, "after the service began anew")
    app.close()
    say("the service ended and began anew: told, and the strap came back by itself")


def play(strap: StrapProcess) -> None:
    """All of it, with ``strap`` as it begins."""
    strap.wait_for("ready", within_s=BEGIN_S)
    until("the adapter is on", lambda: switch(on=True))
    doctor_says(service="It runs", permission="may use", adapter="It is on")
    held_by("No program")
    say("the strap is worn, the adapter is on")
    app = three_drops(strap)
    held_by("A program on this computer listens")
    app = killed(strap, app)
    off_and_on(strap, app)
    out_of_range(strap, app)
    app.until("ECG comes", lambda: ecg_answers(app)[-1:] == [Answer.DONE], 40.0)
    left = len(strap.events("left"))
    app.close()
    until("the strap is let go of", lambda: len(strap.events("left")) > left)
    assert strap.events("left")[-1]["measuring"] == [], strap.events("left")
    say("on leaving all that measured was stopped")
    examined_whole()
    if os.environ.get("COHERENCE_LONG"):
        the_fault_would_be_seen(strap)
        service_restarted(strap)
    say("all is well")
