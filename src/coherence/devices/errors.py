"""What goes wrong at the edge of the radio: one error for every codec."""


class DecodeError(ValueError):
    """A payload that is not what its standard describes; it carries the bytes as they came."""

    def __init__(self, reason: str, payload: bytes) -> None:
        super().__init__(reason)
        self.reason = reason
        self.payload = payload

    def __str__(self) -> str:
        return f"{self.reason}: [{self.payload.hex(' ')}]"
