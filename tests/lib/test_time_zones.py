"""Time zones by their names."""

from zoneinfo import available_timezones

from dangol.lib.time_zones import USUAL, is_zone


def test_those_that_are_known_without_looking_are_there() -> None:
    assert USUAL.issubset(available_timezones())


def test_others_are_looked_for() -> None:
    assert is_zone("Europe/London")
    assert not is_zone("Asia/Seol") and not is_zone("")
