"""A small organisation for tests: head office, two regions, three dealers, a shop, and people in them."""

from __future__ import annotations

from datetime import UTC, date, datetime

from dangol.records.staff.models import Contract, Unit, User
from dangol.records.staff.roles import Role

AT = datetime(2026, 11, 22, 3, tzinfo=UTC)
TREE = {
    "HQ": ("head_office", None),
    "R1": ("region", "HQ"),
    "R2": ("region", "HQ"),
    "D1": ("dealer", "R1"),
    "D2": ("dealer", "R1"),
    "D3": ("dealer", "R2"),
    "S1": ("shop", "R1"),
}


def office(*, contracts: bool = True) -> dict[str, Unit]:
    """Make the units; dealers with a contract unless told otherwise."""
    units: dict[str, Unit] = {}
    for code, (kind, parent) in TREE.items():
        units[code], _ = Unit.objects.get_or_create(
            code=code, defaults={"name": f"{code} 대리점", "kind": kind, "parent": units[parent] if parent else None}
        )
    if contracts and not Contract.objects.exists():
        Contract.objects.bulk_create(
            Contract(unit=unit, status="processor", signed_on=date(2024, 1, 1), at=AT)
            for unit in units.values()
            if unit.kind == "dealer"
        )
    return units


def staff(role: Role, unit: str | None = None) -> User:
    """Make somebody of this role in this unit."""
    name = f"{role.value}-{unit or 'none'}"
    made, _ = User.objects.get_or_create(
        username=name, defaults={"role": role, "unit": Unit.objects.get(code=unit) if unit else None}
    )
    return made
