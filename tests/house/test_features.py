"""tests/features.toml says which of the 152 functions are done; each row must be true."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FEATURES = tomllib.loads((ROOT / "tests" / "features.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("number", FEATURES)
class TestFeature:
    def test_is_one_of_the_152(self, number: str) -> None:
        assert 1 <= int(number) <= 152

    def test_is_shown_by_tests_that_exist(self, number: str) -> None:
        assert FEATURES[number]["tests"]
        for node in FEATURES[number]["tests"]:
            file, _, name = node.partition("::")
            tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
            names = {part.name for part in ast.walk(tree) if isinstance(part, ast.FunctionDef | ast.ClassDef)}
            assert set(name.split("::")) <= names, node

    def test_is_named_on_its_page(self, number: str) -> None:
        text = (ROOT / FEATURES[number]["page"]).read_text(encoding="utf-8")
        assert re.search(rf"\b(?:function|functions|기능)\b[^.\n]*\b{number}\b", text), f"no page names {number}"
