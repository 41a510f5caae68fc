"""What a command says of the business comes in its language; what is wrong with the words of a command, in English."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dangol.config import commands
from tests.conftest import Dangol

FOLDER = Path(commands.__file__).parent
HANGUL = re.compile("[가-힣]")
IN_ENGLISH = {"prove.py"}  # whoever reads it looks at the model
SALES = """고객번호,이름,휴대폰,일자,금액,영수증
B-001,정구름,010-1234-5678,2026-03-02,12000,R1
B-002,황구름,010-9999-5678,2026-03-03,8000,R2
"""


@pytest.mark.parametrize(("language", "said"), [
    ("ko", ("1번 가져오기를 되돌렸어요", "가져온 파일이 아직 없어요", "99번 가져오기가 없어요", "되돌림")),
    ("en", ("Import 1 is undone", "No file was imported", "There is no import 99", "Undone")),
])  # fmt: skip
def test_undo_speaks_the_language_of_the_business(
    dangol: Dangol, home: Path, monkeypatch: pytest.MonkeyPatch, language: str, said: tuple[str, ...]
) -> None:
    monkeypatch.setenv("DANGOL_LANGUAGE", language)
    (home.parent / "sales.csv").write_text(SALES, encoding="utf-8")
    assert dangol("init").returncode == 0
    assert said[1] in dangol("undo").stdout
    assert dangol("import", "transactions", str(home.parent / "sales.csv")).returncode == 0
    undone = dangol("undo", "1")
    assert said[0] in undone.stdout, undone
    assert said[2] in dangol("undo", "99").stderr
    named = dangol("undo").stdout
    assert said[3] in named and "sales.csv" in named
    assert (language == "ko") == bool(HANGUL.search(named.replace("sales.csv", "")))


@pytest.mark.parametrize(("language", "said"), [("ko", "nowhere에 홈이 없어요"), ("en", "There is no home at")])
def test_what_is_wrong_before_there_is_a_home_is_said_in_it_too(
    dangol: Dangol, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str, said: str
) -> None:
    monkeypatch.setenv("DANGOL_LANGUAGE", language)
    for words in (["find", "김"], ["doctor"]):
        done = dangol(*words, "--home", str(tmp_path / "nowhere"))
        assert done.returncode in {1, 2} and done.stdout + done.stderr
        assert (language == "ko") == bool(HANGUL.search((done.stdout + done.stderr).replace("김", "")))
    assert said in dangol("find", "x", "--home", str(tmp_path / "nowhere")).stderr


@pytest.mark.parametrize("path", [FOLDER.parent / "cli.py", *sorted(FOLDER.glob("*.py"))], ids=lambda path: path.name)
def test_no_command_says_a_sentence_that_is_in_no_catalog(path: Path) -> None:
    if path.name in IN_ENGLISH:
        return
    assert list(_english(ast.parse(path.read_text(encoding="utf-8")))) == []


def _english(tree: ast.Module) -> Iterator[str]:
    """Sentences that are said as they stand in the code."""
    for call in ast.walk(tree):
        if isinstance(call, ast.Raise) and isinstance(call.exc, ast.Call):
            said = call.exc.args
        elif isinstance(call, ast.Return) and isinstance(call.value, ast.Constant | ast.JoinedStr):
            said = [call.value]
        elif isinstance(call, ast.Call) and ast.unparse(call.func) in {"print", "_say", "sys.stderr.write"}:
            said = call.args
        else:
            continue
        for told in said:
            yield from _as_they_stand(told)


def _as_they_stand(told: ast.expr) -> Iterator[str]:
    if isinstance(told, ast.JoinedStr):
        for part in told.values:
            if isinstance(part, ast.Constant) and re.search(r"[a-z]{3} [a-z]{2}", str(part.value)):
                yield str(part.value)
    elif isinstance(told, ast.Constant) and re.search(r"[a-z]{3} [a-z]{2}", str(told.value)):
        yield str(told.value)
