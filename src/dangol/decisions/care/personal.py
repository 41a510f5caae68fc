"""What we do for a person is told to them, kept for a stated end, and goes when they are forgotten.

What was done stays as a contact of the ledger, which says what of it stays.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dangol.decisions.care.models import CareStep, CareTask, PanelStep
from dangol.records.customers import duties, fields
from dangol.records.customers.fields import Basis, Care, Field, Side


def register() -> None:
    """Take the tables into the duties and into the inventory."""
    owner, of_task = "identity__customer", "task__identity__customer"
    duties.register(duties.PersonalTable(
        CareStep, of_task, duties.delete_rows(CareStep, of_task),
        label=_("What became of what we wanted to do for you"),
        words={"task": _("Care task"), "note": _("Note"), "owner": _("Who does it"), "due_on": _("To be done by")},
    ))  # fmt: skip
    duties.register(duties.PersonalTable(
        CareTask, owner, duties.delete_rows(CareTask, owner), label=_("What we wanted to do for you"),
        words={
            "plan": _("Which plan"), "about": _("Category"), "cost": _("Worth to you"), "owner": _("Who does it"),
            "due_on": _("To be done by"), "state": _("How it stands"), "tries": _("Tries"),
            "made_by": _("Written down by"), "made_at": _("Written down on"),
        },
        money=frozenset({"cost"}),
    ))  # fmt: skip
    duties.register(duties.PersonalTable(
        PanelStep, owner, duties.delete_rows(PanelStep, owner), label=_("Panels you were invited to, joined or left"),
        words={"panel": _("Panel"), "on": _("On which day"), "reason": _("Why"), "step": _("Care task")},
    ))  # fmt: skip
    fields.register(
        Field(
            "panel_step", _("Panels joined and left"), PanelStep, "kind", Side.BY,
            _("To hear again and again from customers who agreed to be asked"), Basis.CONSENT,
            also=("panel", "on", "reason", "at"), care=Care.IDENTIFIES,
        ),
        Field(
            "care_task", _("What one of us is to do for the person"), CareTask, "kind", Side.FOR,
            _("To care for customers in person, and to leave nobody waiting"), Basis.INTEREST,
            also=("plan", "about", "text", "cost", "due_on", "state", "tries", "made_at"), care=Care.IDENTIFIES,
        ),
        Field(
            "care_step", _("What became of care, and notes about it"), CareStep, "note", Side.FOR,
            _("To care for customers in person, and to leave nobody waiting"), Basis.INTEREST,
            also=("kind", "due_on", "at"), care=Care.IDENTIFIES,
        ),
    )  # fmt: skip
    fields.technical(CareTask, fields.LEADS, "identity")
    fields.technical(CareStep, fields.LEADS, "task")
    fields.technical(PanelStep, fields.LEADS, "identity", "step")
    fields.technical(PanelStep, fields.STAFF, "by")
    fields.technical(CareTask, fields.STAFF, "owner", "made_by")
    fields.technical(CareStep, fields.STAFF, "owner", "by")
