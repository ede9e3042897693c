"""What runs in the machine of `.ci/bluez`."""

from tests.strap_process import StrapProcess

if __name__ == "__main__":
    strap = StrapProcess("--vhci")  # begins while the rest is imported: that takes a while here
    try:
        from tests.bluez.scenario import play

        play(strap)
    finally:
        strap.end()
