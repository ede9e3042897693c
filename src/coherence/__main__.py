"""`python -m coherence` and the command `coherence`."""

import os
import sys


def main() -> None:
    """Enter the command line."""
    # Before NumPy is loaded. Products here are small: sharing one among threads costs more than the
    # product, and a busy machine makes it wait.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        from coherence.cli.commands import run
    except KeyboardInterrupt:  # before there is anything that could be told to end
        sys.exit(130)
    run()


if __name__ == "__main__":
    main()
