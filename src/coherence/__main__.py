"""`python -m coherence` and the command `coherence`."""

from coherence.cli.commands import run


def main() -> None:
    """Enter the command line."""
    run()


if __name__ == "__main__":
    main()
