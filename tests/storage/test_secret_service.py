"""The key in a real keyring: GNOME's, on a session bus of its own, over several logins."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

NEEDED = ("dbus-run-session", "gnome-keyring-daemon")
missing = [program for program in NEEDED if shutil.which(program) is None]
pytestmark = [
    pytest.mark.skipif(bool(missing), reason=f"{' and '.join(missing)} not here (Debian packages)"),
    pytest.mark.slow,
]
SESSION = Path(__file__).with_name("keyring_session.py")
BACK_END = "keyring.backends.SecretService True"
KEPT, ASKED = "['kept by the keyring']", "it opens with its passphrase"
Login = Callable[..., list[str]]


@pytest.fixture
def login(tmp_path: Path) -> Login:
    """A login of its own each time: another bus and another daemon over the same keyring files."""
    home, runtime = tmp_path / "home", tmp_path / "run"
    for folder in (home, runtime):
        folder.mkdir(mode=0o700)
    env = {name: said for name, said in os.environ.items() if not name.startswith("COHERENCE_")}
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS"):
        env.pop(name, None)
    env |= {"HOME": str(home), "XDG_RUNTIME_DIR": str(runtime)}
    env |= {f"XDG_{name}_HOME": str(home / name) for name in ("DATA", "CONFIG", "CACHE")}

    def run(step: str, *, unlocked: bool = True) -> list[str]:
        begin = (
            'printf "of the login" | gnome-keyring-daemon --unlock --components=secrets --daemonize'
            if unlocked
            else "gnome-keyring-daemon --start --components=secrets --daemonize"
        )
        script = f'{begin} >"$XDG_RUNTIME_DIR/daemon"; exec "$@"'
        command = (sys.executable, str(SESSION), str(tmp_path / "records"), step)
        done = subprocess.run(
            ["dbus-run-session", "--", "sh", "-c", script, "sh", *command],
            env=env, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    return run


def test_the_key_outlives_a_login_and_goes_where_it_is_sent(login: Login) -> None:
    by_keyring = "Protection(encrypted=True, kept='keyring', plain_backups=0)"
    assert login("turn on") == [BACK_END, "keyring", KEPT, by_keyring]
    assert login("look") == [BACK_END, KEPT, by_keyring], "nobody is asked"
    back_end, locked, _ = login("look", unlocked=False)
    assert back_end == BACK_END
    assert "the system's keyring does not give its key: unlock the keyring" in locked
    _, kept, asked, protection = login("passphrase")
    assert (kept, ASKED in asked) == ("passphrase", True)
    assert "kept='passphrase'" in protection
    assert ASKED in login("look")[1], "the keyring has forgotten it"
    assert login("keyring") == [BACK_END, "keyring", KEPT, by_keyring]
    plain = "Protection(encrypted=False, kept=None, plain_backups=0)"
    assert login("off") == [BACK_END, KEPT, plain]
    assert login("look", unlocked=False) == [BACK_END, KEPT, plain]
