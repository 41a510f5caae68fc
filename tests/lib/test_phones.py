"""Phone numbers are written as people of their country write them."""

import pytest

from dangol.lib.phones import dialled, e164


@pytest.mark.parametrize(
    "written", ["010-1234-5678", "02-312-3456", "031-312-3456", "0504-1234-5678", "0507-1234-5678", "070-1234-5678"]
)
def test_a_number_comes_back_as_it_is_written_in_korea(written: str) -> None:
    assert dialled(e164(written) or "") == written


def test_what_is_no_number_is_left_as_it_is() -> None:
    assert dialled("0504") == "0504"
