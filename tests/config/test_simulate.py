"""`dangol simulate`: a business of the size asked for, in a home of its own."""

import json
from pathlib import Path

from tests.conftest import Dangol


class TestSimulate:
    def test_makes_a_business_and_goes_on_with_it_when_asked_again(self, dangol: Dangol, home: Path) -> None:
        words = ("simulate", "--customers", "200", "--lines", "1500", "--seed", "5", "--no-values", "--json")
        first = dangol(*words)
        assert first.returncode == 0, first.stderr
        answer = json.loads(first.stdout)
        assert (answer["customers"], answer["lines"], answer["seed"]) == (200, 1500, 5)
        again = json.loads(dangol(*words).stdout)
        assert {**again, "seconds": 0} == {**answer, "seconds": 0}
        other = dangol("simulate", "--customers", "300", "--json")
        assert other.returncode == 2
        assert "다른 사업" in other.stderr
        assert (home / "dangol.toml").exists()

    def test_refuses_a_size_that_cannot_be(self, dangol: Dangol) -> None:
        done = dangol("simulate", "--customers", "0")
        assert done.returncode == 2
        assert "--customers" in done.stderr
