"""Stages of long work, in the words of pages and commands: every one that any work tells of has some."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

import dangol
from dangol.config.commands.opening import bars, end_bars
from dangol.contact.intake.load import TAKERS
from dangol.insight.warehouse.facts import DIMENSIONS, FACTS
from dangol.insight.warehouse.stage_names import of_lake
from dangol.web.start.stages import STAGES, stage_name

HOUSE = Path(dangol.__file__).parent
TELLERS = {"progress", "_progress", "tell", "told"}
PASSED_ON = {"stage", "told['stage']", "fact.name", "dimension.name", "feed.kind", "of_lake(stage)", "row", "name"}


def _told(path: Path) -> Iterator[str]:
    """What a file says its stages are: words, names of words in it, and what it passes on."""
    module = ".".join(path.relative_to(HOUSE.parent).with_suffix("").parts)
    for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(call, ast.Call) or len(call.args) != 3:
            continue
        named = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if named not in TELLERS:
            continue
        match call.args[0]:
            case ast.Constant(value=str(stage)):
                of_a_refresh = ast.unparse(call.func) == "work.progress"
                yield of_lake(stage) if of_a_refresh else stage
            case ast.Name(id=name) if name.isupper():
                yield getattr(importlib.import_module(module), name)
            case ast.Call(func=ast.Name(id="_")):
                continue  # words already
            case ast.Call(func=ast.Name(id="of_lake"), args=[ast.Constant(value=str(stage))]):
                yield of_lake(stage)
            case other:
                assert ast.unparse(other) in PASSED_ON, (module, ast.unparse(other))


def test_every_stage_that_any_work_tells_of_has_words_in_both_languages() -> None:
    said = {stage for path in HOUSE.rglob("*.py") if "migrations" not in path.parts for stage in _told(path)}
    said -= {"age"}  # a curve's name, not a stage
    known = said | set(TAKERS) | {of_lake(name) for name in (*FACTS, *DIMENSIONS)} | {"reading_back", "unpacking"}
    assert {"reading", "writing", "packing", "letters", of_lake("manifest"), of_lake("sweep")} <= said
    assert sorted(known - STAGES.keys()) == []
    for stage in STAGES:
        with translation.override("ko"):
            korean = stage_name(stage)
        with translation.override("en"):
            assert stage_name(stage) != korean, stage


@pytest.mark.parametrize(("language", "word"), [("ko", "줄을 기록하는 중"), ("en", "Writing the rows")])
def test_bars_of_commands_say_them_as_pages_do(capsys: pytest.CaptureFixture[str], language: str, word: str) -> None:
    with translation.override(language):
        tell = bars()
        tell("writing", 1, 2)
        tell("writing", 2, 2)
        end_bars()
    assert capsys.readouterr().err.lstrip("\r").startswith(word)


def test_a_backup_speaks_of_no_rows() -> None:
    with translation.override("en"):
        assert [stage_name(stage) for stage in ("packing", "reading_back")] == [
            "Writing the backup", "Reading the backup back",
        ]  # fmt: skip
