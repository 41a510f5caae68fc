"""Who is treated and who is held out: a function of the salt and the person, not a dice roll."""

from collections.abc import Iterable
from hashlib import sha256

from dangol.records.ledger.models import Assignment

Arm = Assignment.Arm


def key_of(source: str, external_id: str) -> str:
    """What stays the same about an identity on every machine and in every import; database numbers do not."""
    return f"{source}:{external_id}"


def draw_of(key: str, *, salt: str) -> float:
    """A number in [0, 1), even over keys: the first 8 bytes of sha256("salt:key") as a fraction."""
    digest = sha256(f"{salt}:{key}".encode()).digest()
    # 53 bits are what a float holds: rounding 64 of them could give 1.0, which is outside.
    return (int.from_bytes(digest[:8], "big") >> 11) / 2**53


def arm_of(key: str, *, salt: str, holdout_share: float) -> Assignment.Arm:
    """Held out when the draw falls below the share."""
    return Arm.HELD_OUT if draw_of(key, salt=salt) < holdout_share else Arm.TREATED


def arms_of(keys: Iterable[str], *, salt: str, holdout_share: float) -> list[Assignment.Arm]:
    """The arm of each key, in order; nobody's arm depends on who else is there."""
    return [arm_of(key, salt=salt, holdout_share=holdout_share) for key in keys]
