"""What can keep the screen from being shared."""

from coherence.translation import _

MISSING = _(
    "To share the screen coherence needs a little more: install it with pip install "
    "'coherence-hrv[share]'."
)


class ShareError(Exception):
    """Sharing could not begin: one sentence that says what to do."""
