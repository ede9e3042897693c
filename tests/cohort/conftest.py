"""The command line in this process, as tests of commands have it."""

from tests.cli.conftest import coherence

__all__ = ["coherence"]
