"""Every command by every role: allowed, masked, own customers alone, or refused."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from dangol.config.cli import COMMANDS, module_of, parser
from dangol.records.staff.roles import Role
from tests.conftest import Dangol
from tests.stores import begin

# In the order of Role; the letters are those of tests/web/test_roles.py.
ROLES = (Role.OWNER, Role.MARKETER, Role.AGENT, Role.ANALYST, Role.DEALER, Role.AUDITOR)
LINES: dict[str, tuple[tuple[str, ...], str]] = {
    "find": (("find", "구름", "--json"), "ymymom"),
    "duplicates": (("duplicates", "--json"), "ananan"),
    "refresh": (("refresh", "--json"), "annnnn"),
    "cube": (("cube", "net_revenue", "--by", "place", "--json"), "aaaaan"),
    "relationship": (("relationship", "--json"), "aaaann"),
    "relationship, re-based": (("relationship", "--rebase", "a new price list", "--json"), "annnnn"),
    "import": (("import", "transactions", "sales.csv", "--json"), "aannnn"),
    "import, of a partner": (
        ("import", "details", "told.csv", "--partner", "카페", "--dataset", "회원 2026", "--received-on", "2026-01-05",
         "--purpose", "취향에 맞는 안내", "--basis", "consent", "--evidence", "form 7", "--json"),
        "aannnn",
    ),
    "undo": (("undo", "--json"), "aannnn"),
    "export": (("export", "customers", "list.csv", "--reason", "market research", "--json"), "aanann"),
    "keys": (("keys",), "annnnn"),
    "unlock": (("unlock", "left"), "annnnn"),
}  # fmt: skip
# Whoever can run these holds the home's files in their hands, or works in none (prove): no role is asked or named.
OF_THE_MACHINE = {"init", "demo", "simulate", "prove", "serve", "backup", "restore", "doctor"}
SALES = """고객번호,이름,휴대폰,일자,금액,영수증
A1,정구름,010-2345-6781,2026-01-02,9000,1
B1,황구름,010-3456-7892,2026-01-03,8000,2
"""
TOLD = "고객번호,취미\nA1,등산\n"
ALL = """
import contextlib, io, json, os, pathlib, sys
from dangol.config.cli import main
from dangol.config.commands.opening import open_home
home = pathlib.Path(os.environ["DANGOL_HOME"])
assert main(["init"]) == 0
open_home(home)
from django.utils.timezone import now
from dangol.records.customers.models import Customer
from dangol.records.staff.models import Unit, User
from dangol.records.staff.roles import Role
head = Unit.objects.create(code="HQ", name="본사", kind="head_office")
dealers = [Unit.objects.create(code=code, name=code, kind="dealer", parent=head) for code in ("D1", "D2")]
for role in Role:
    User.objects.create(username=role.value, role=role, unit=dealers[0] if role == Role.DEALER else None)
User.objects.create(username="left", role="agent")
assert main(["import", "transactions", "sales.csv", "--json"]) == 0
for number, unit in (("A1", dealers[0]), ("B1", dealers[1])):
    Customer.objects.filter(identities__external_id=number).update(unit=unit)
assert main(["refresh"]) == 0
found = []
for name, words in json.loads(sys.argv[1]).items():
    for role in json.loads(sys.argv[2]):
        said, wrong = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(wrong):
            code = main([*words, "--as", role])
        found.append([name, role, code, said.getvalue(), wrong.getvalue()])
print("\\n" + json.dumps(found))
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], tuple[int, str, str]]:
    """Return what each command answered each role, in one home: exit code, what it said, what it found wrong."""
    import os

    home = begin(tmp_path_factory.mktemp("roles") / "home")
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("DANGOL_", "DATABASE_URL"))}
    here = clean | {"DANGOL_HOME": str(home), "DANGOL_LANGUAGE": "en", "COLUMNS": "120"}
    (home.parent / "sales.csv").write_text(SALES, encoding="utf-8")
    (home.parent / "told.csv").write_text(TOLD, encoding="utf-8")
    words = {name: line[0] for name, line in LINES.items()}
    told = [json.dumps(words), json.dumps([role.value for role in ROLES])]
    done = subprocess.run(
        [sys.executable, "-c", ALL, *told], env=here, cwd=home.parent, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout.splitlines()[-1])
    return {(name, role): (code, said, wrong) for name, role, code, said, wrong in rows}


def test_every_command_has_a_line() -> None:
    assert {line[0][0] for line in LINES.values()} | OF_THE_MACHINE == set(COMMANDS)


def test_every_command_says_what_it_takes() -> None:
    needs = {name: importlib.import_module(f"dangol.config.commands.{module_of(name)}").NEEDS for name in COMMANDS}
    assert {name for name, word in needs.items() if word is None} == OF_THE_MACHINE


@pytest.mark.parametrize("command", sorted(OF_THE_MACHINE))
def test_commands_of_the_machine_take_no_role(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as told:
        parser().parse_args([command, "--as", "owner"])
    assert told.value.code == 2
    capsys.readouterr()


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.value)
@pytest.mark.parametrize("name", LINES)
def test_gives_each_role_what_it_may_see(
    answers: dict[tuple[str, str], tuple[int, str, str]], name: str, role: Role
) -> None:
    letter = LINES[name][1][ROLES.index(role)]
    code, said, wrong = answers[name, role.value]
    if letter == "n":
        assert code == 2 and "may not use" in wrong, (code, wrong)
        assert said == ""
        return
    assert code == 0, wrong
    names = {"정구름": letter in "yo", "황구름": letter == "y"}
    assert {person: person in said for person in names} == names


def test_nobody_acts_as_somebody_who_is_not_there(dangol: Dangol, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANGOL_LANGUAGE", "en")
    assert dangol("init").returncode == 0
    done = dangol("find", "구름", "--as", "nobody")
    assert (done.returncode, done.stdout) == (2, "")
    assert "Nobody here is called nobody" in done.stderr
