"""The walls of the house: keys point down, rooms introduce themselves, contracts really break."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps

from dangol.records.customers import duties

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "dangol"
ORDER = [
    "lib",
    "records.changes", "records.staff", "records.customers", "records.catalog",
    "records.ledger", "records.voices", "records.permission", "records.outbox", "records.rights",
    "insight.warehouse", "insight.analysis", "insight.relationship",
    "decisions.segments", "decisions.care", "decisions.campaigns",
    "contact.intake", "contact.delivery", "web", "config",
]  # fmt: skip
REPEATED = {"__init__.py", "models.py", "queries.py", "actions.py", "apps.py", "urls.py", "views.py"}


def rooms() -> list[Path]:
    return sorted(
        init.parent
        for init in SOURCE.rglob("__init__.py")
        if not {"migrations", "templatetags", "commands"} & set(init.parts) and init.parent != SOURCE
    )


def rank(model: type) -> int:
    module = model.__module__
    if not module.startswith("dangol."):
        return -1
    return next(place for place, room in enumerate(ORDER) if module.startswith(f"dangol.{room}."))


def test_no_foreign_key_points_up() -> None:
    upward = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model.__module__.startswith("dangol.")
        for field in model._meta.get_fields()
        if field.concrete and field.is_relation and field.related_model and rank(field.related_model) > rank(model)
    ]
    assert upward == []


def test_every_room_opens_with_what_it_keeps_who_calls_it_and_what_it_must_never_know() -> None:
    for room in rooms():
        text = ast.get_docstring(ast.parse((room / "__init__.py").read_text(encoding="utf-8"))) or ""
        inner = room.name in {"estimators", "dairy", "retail", "sources"}
        assert text.startswith("Keeps") or inner, f"{room} does not say what it keeps"
        assert "Called by:" in text or inner, f"{room} does not say who calls it"
        assert "Must never know:" in text or inner, f"{room} does not say what it must never know"


def test_no_file_is_a_drawer_for_odds_and_ends() -> None:
    drawers = {"utils.py", "helpers.py", "services.py", "signals.py", "common.py", "misc.py"}
    assert [path for path in SOURCE.rglob("*.py") if path.name in drawers] == []


def test_the_clock_is_read_only_at_the_edge() -> None:
    clocks = ("timezone.now(", "datetime.now(", "date.today(", "datetime.today(", "datetime.utcnow(", "time.time(")
    readers = [
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if not {"web", "commands", "migrations"} & set(path.relative_to(SOURCE).parts)
        and any(clock in path.read_text(encoding="utf-8") for clock in clocks)
    ]
    assert readers == []


def test_every_table_tied_to_a_person_says_how_it_is_exported_and_erased() -> None:
    tied = {
        model._meta.label
        for model in apps.get_models()
        if model.__module__.startswith("dangol.") and leads_to_customer(model)
    }
    assert tied == set(duties.TABLES)


def leads_to_customer(model: type, seen: frozenset[str] = frozenset()) -> bool:
    """Whether a chain of foreign keys leads from the table to Customer."""
    if model._meta.label == "customers.Customer":  # type: ignore[attr-defined]
        return True
    following = [
        field.related_model
        for field in model._meta.get_fields()  # type: ignore[attr-defined]
        if field.concrete and field.is_relation and field.related_model and field.related_model is not model
    ]
    return any(
        leads_to_customer(other, seen | {model._meta.label})  # type: ignore[attr-defined]
        for other in following
        if other._meta.label not in seen
    )


BREAKS = {
    "Code points down": ("records/ledger/models.py", "import dangol.web"),
    "Contact: edges are strangers": ("contact/intake/models.py", "import dangol.contact.delivery"),
    "Decisions: campaigns and care above segments": (
        "decisions/segments/models.py",
        "import dangol.decisions.campaigns",
    ),
    "Insight: relationship above analysis above warehouse": (
        "insight/warehouse/__init__.py",
        "import dangol.insight.relationship",
    ),
    "Records: outbox at the top, changes at the bottom": (
        "records/changes/models.py",
        "import dangol.records.customers",
    ),
    "Estimators see neither Django nor a database": ("insight/analysis/estimators/__init__.py", "import django"),
    "Only the warehouse opens the engine": ("web/today/views.py", "import duckdb"),
    "Channels are strangers": (
        "contact/delivery/channels/till_coupon.py",
        "import dangol.contact.delivery.channels.shown_sms",
    ),
    "Sources are strangers": (
        "contact/intake/sources/retail/__init__.py",
        "import dangol.contact.intake.sources.dairy",
    ),
}


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("house")
    shutil.copytree(SOURCE, folder / "src" / "dangol", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def linted(folder: Path) -> str:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(folder / "src")}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout + done.stderr


def test_the_import_contracts_hold(copied: Path) -> None:
    assert "0 broken" in linted(copied)


@pytest.mark.parametrize("contract", BREAKS)
def test_each_import_contract_breaks_when_its_rule_is_broken(copied: Path, contract: str) -> None:
    name, violation = BREAKS[contract]
    file = copied / "src" / "dangol" / name
    before = file.read_text(encoding="utf-8")
    file.write_text(f"{before}\n{violation}\n", encoding="utf-8")
    try:
        assert f"{contract} BROKEN" in linted(copied)
    finally:
        file.write_text(before, encoding="utf-8")


def test_every_contract_has_been_seen_to_break() -> None:
    import tomllib

    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    assert {contract["name"] for contract in contracts} == set(BREAKS)


def test_migrations_say_what_the_models_say(db: None) -> None:
    from django.core.management import call_command

    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


# A segment's own field, chosen by whoever saves the rule, and the staff room itself, which knows units.
MAY_FILTER_BY_UNIT = {
    "decisions/segments/fields.py",
    "records/customers/saved_views.py",  # for the people of which unit a list is, not whose customers
    "records/customers/view_tables.py",  # for whom a list is, not whose customers
    "insight/analysis/readiness/checks.py",  # sales that name no shop
}  # fmt: skip


def test_rows_are_kept_from_somebody_in_one_place_alone() -> None:
    """Every other condition on the unit of a customer would be a second rule about who sees whom."""
    asking = {"filter", "exclude", "get", "Q", "When"}
    found = []
    for path in SOURCE.rglob("*.py"):
        place = str(path.relative_to(SOURCE))
        if "migrations" in path.parts or place.startswith("records/staff/") or place in MAY_FILTER_BY_UNIT:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in asking:
                words = {keyword.arg or "" for keyword in node.keywords}
                found += [f"{place}: {word}" for word in words if "unit" in word.split("__")]
    assert found == []


def test_addresses_outside_are_called_in_one_place_alone() -> None:
    """Whatever else could fetch an address would pass by the guard that keeps our own network out of reach."""
    fetchers = {"http.client", "urllib.request", "requests", "httpx", "aiohttp", "urllib3", "ftplib"}
    found = []
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = {alias.name for alias in node.names} if isinstance(node, ast.Import) else set()
            names |= {node.module or ""} if isinstance(node, ast.ImportFrom) else set()
            found += [f"{path.relative_to(SOURCE)}: {name}" for name in names & fetchers]
    assert found == ["lib/outgoing.py: http.client"]
