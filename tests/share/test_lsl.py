"""LSL streams: what arrives is what was judged, and nobody outside of this computer gets it."""

import json
import os
import shutil
import subprocess
import sys
import textwrap

import numpy as np
import pytest
from tests.cli.shell import ended, started

from coherence.share import lsl
from coherence.share.lsl import LslError, LslStreams

LOOK = """
import json, socket, sys, os
import pylsl
from coherence.devices.simulator import wearer
from coherence.sessions.tracker import SessionTracker
from coherence.share.lsl import LslStreams
from coherence.share.only_here import open_sockets, _sockets

def reach():
    '''Of the sockets of this process that could be reached: what each is tied to.'''
    found = []
    for _, number in _sockets():
        with socket.socket(fileno=os.dup(number)) as each:
            if each.family in (socket.AF_INET, socket.AF_INET6):
                tied = each.getsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, 16)
                found.append([tied.strip(b"\\0").decode(), each.getsockname()[0]])
    return found
"""


def looked(code: str, **more: str) -> dict:
    """What a process of its own prints: the library takes its settings once in a process."""
    pytest.importorskip("pylsl", reason="pylsl (extra lsl) is not here")
    done = subprocess.run(
        [sys.executable, "-c", LOOK + textwrap.dedent(code)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=os.environ | more,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_what_arrives_is_what_was_judged():
    told = looked("""
        tracker, streams = SessionTracker(), LslStreams()
        tied = reach()
        inlets = {}
        for kind in ("RR", "HR", "coherence"):
            (info,) = pylsl.resolve_byprop("type", kind, timeout=20)
            inlets[kind] = pylsl.StreamInlet(info, processing_flags=0)
            inlets[kind].open_stream(timeout=20)
        readings = []
        for arrival in wearer(seed=3):
            if arrival.t_s > 150:
                break
            new = tracker.feed(arrival)
            streams.show(tracker, new, arrival.t_s)
            readings += new
        got = {}
        for kind, inlet in inlets.items():
            got[kind] = []
            while True:
                sample, t_s = inlet.pull_sample(timeout=1.0)
                if sample is None:
                    break
                got[kind].append([t_s, *sample])
        keys = ("heart_rate_bpm", "coherence")
        print(json.dumps({
            "got": got,
            "beats": [[j.beat.t_s, j.beat.rr_ms] for j in tracker.judged],
            "said": {k: [r.value.value for r in readings if r.marker == k] for k in keys},
            "reach": tied,
        }))
    """)
    beats, got = np.array(told["beats"]), np.array(told["got"]["RR"])
    assert len(beats) > 100
    assert np.array_equal(got[:, 1], beats[:, 1])
    assert set(got[:, 2]) <= {0.0, 1.0}
    for column, key in (
        (told["got"]["HR"], "heart_rate_bpm"),
        (told["got"]["coherence"], "coherence"),
    ):
        said = np.array([np.nan if v is None else v for v in told["said"][key]])
        assert np.array_equal(np.array(column)[:, 1], said, equal_nan=True)
    assert np.isfinite(np.array(told["got"]["coherence"])[-1, 1])
    assert told["reach"]
    assert {tied for tied, _ in told["reach"]} == {"lo"}


def test_only_where_it_is_asked_for_may_the_network_listen():
    told = looked("""
        streams = LslStreams(network=True)
        print(json.dumps(reach()))
    """)
    assert [address for tied, address in told if not tied and address in ("0.0.0.0", "::")]


def test_nothing_begins_where_it_cannot_be_kept_here(monkeypatch):
    monkeypatch.setattr(lsl, "can_keep_here", lambda: False)
    with pytest.raises(LslError, match="--lsl-network"):
        LslStreams()


def test_a_missing_library_is_said_in_one_sentence(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "pylsl", None)
    with pytest.raises(LslError, match=r"coherence-hrv\[lsl\]"):
        LslStreams()


INLET = """
import json, sys, pylsl
(info,) = pylsl.resolve_byprop("type", "HR", timeout=30)
inlet = pylsl.StreamInlet(info)
print(json.dumps([inlet.pull_sample(timeout=20)[0][0] for _ in range(10)]))
"""


@pytest.mark.slow
def test_a_program_of_its_own_hears_a_live_session():
    pytest.importorskip("pylsl", reason="pylsl (extra lsl) is not here")
    flags = ("--simulate", "--no-record", "--json", "--seconds", "20", "--lsl")
    live = started("live", *flags)
    heard = subprocess.run(
        [sys.executable, "-c", INLET], capture_output=True, text=True, timeout=60, check=True
    )
    told = ended(live, 60)
    assert told.status == 0
    assert told.err == ""
    shown = {row["heart_rate_bpm"] for row in told.rows()}
    known = [round(rate, 6) for rate in json.loads(heard.stdout) if rate == rate]
    assert len(known) >= 4
    assert set(known) <= shown


OTHER_HOST = """
import socket, sys
for port in range(16572, 16576):
    try:
        socket.create_connection((sys.argv[1], port), timeout=1.5).close()
        print("reached", port)
    except OSError:
        pass
"""


@pytest.mark.slow
@pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0 or shutil.which("ip") is None,
    reason="another host is made of a network namespace: that takes Linux, root and iproute2",
)
@pytest.mark.parametrize(("network", "reached"), [("False", False), ("True", True)])
def test_another_host_reaches_it_only_where_that_is_meant(network, reached):
    """Two hosts with a cable between them; what is asked of the one comes from the other."""
    pytest.importorskip("pylsl", reason="pylsl (extra lsl) is not here")
    mine, other = f"coh-a{os.getpid()}", f"coh-b{os.getpid()}"

    def ip(*words: str) -> None:
        subprocess.run(["ip", *words], check=True, capture_output=True)

    def inside(host: str, *command: str) -> list[str]:
        return ["ip", "netns", "exec", host, *command]

    try:
        ip("netns", "add", mine)
        ip("netns", "add", other)
        ip("link", "add", "cable", "netns", mine, "type", "veth", "peer", "cable", "netns", other)
        for host, address in ((mine, "10.77.0.1/24"), (other, "10.77.0.2/24")):
            ip("-n", host, "addr", "add", address, "dev", "cable")
            ip("-n", host, "link", "set", "cable", "up")
            ip("-n", host, "link", "set", "lo", "up")
        code = (
            "from coherence.share.lsl import LslStreams\n"
            f"streams = LslStreams(network={network})\n"
            "print('open', flush=True); input()"
        )
        running = subprocess.Popen(
            inside(mine, sys.executable, "-c", code),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            assert running.stdout.readline() == "open\n"
            said = subprocess.run(
                inside(other, sys.executable, "-c", OTHER_HOST, "10.77.0.1"),
                capture_output=True,
                text=True,
                check=True,
                timeout=30,
            ).stdout
            assert ("reached" in said) is reached
        finally:
            running.communicate("\n", timeout=20)
    finally:
        for host in (mine, other):
            subprocess.run(["ip", "netns", "del", host], check=False, capture_output=True)
