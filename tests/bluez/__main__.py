"""What runs in the machine of `.ci/bluez`."""

from tests.strap_process import StrapProcess

if __name__ == "__main__":
    # Begins while the rest is imported: that takes a while here. By its name it has an ECG.
    strap = StrapProcess("--vhci", "--name", "Polar H10 0A1B2C3D")
    try:
        from tests.bluez.scenario import play

        play(strap)
    finally:
        strap.end()
