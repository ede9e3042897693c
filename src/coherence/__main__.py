"""`python -m coherence` and the command `coherence`."""

import sys


def main() -> None:
    """Enter the command line."""
    try:
        from coherence.cli.commands import run
    except KeyboardInterrupt:  # before there is anything that could be told to end
        sys.exit(130)
    run()


if __name__ == "__main__":
    main()
