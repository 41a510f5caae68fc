"""What became of what was recommended and done: by portfolio and programme, treated against held out, by month."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dangol.insight.relationship.following.outcome import OUTCOMES, STEP
from dangol.insight.relationship.following.queries import EARLY, Line, Portfolio, taken_over
from dangol.insight.relationship.movement.queries import standing_yardstick
from dangol.records.staff.roles import May
from dangol.web.relationship.following import words
from dangol.web.relationship.following.carried import By, carried_out_by
from dangol.web.relationship.in_uses import speaks_of_uses
from dangol.web.relationship.positioning.words import moves_named
from dangol.web.shell.gate import needs


@needs(May.SEE_VALUES, whole=True)
@require_safe
def followed(request: HttpRequest) -> HttpResponse:
    """Every portfolio that was taken over, the newest first."""
    found, yardstick, by_use = taken_over(), standing_yardstick(), speaks_of_uses()
    behind = carried_out_by(line.takeover.source_ref for one in found for line in one.lines)
    portfolios = [
        {
            "one": one,
            "lines": [_line(line, behind, yardstick, by_use=by_use) for line in one.lines],
            "together": _together(one),
        }
        for one in found
    ]
    context = {
        "portfolios": portfolios, "step": STEP, "days": EARLY.days, "by_use": by_use,
    }  # fmt: skip
    return render(request, "relationship/followed.html", context)


def _line(line: Line, behind: Mapping[str, By], yardstick: str, *, by_use: bool) -> dict[str, Any]:
    last, named = line.last, moves_named(by_use=by_use)
    return {
        "one": line, "by": behind.get(line.takeover.source_ref),
        "finding": words.finding(line, yardstick=yardstick),
        "moves": [(named[move], number) for move, number in sorted(line.moves.items())],
        "last": words.month_cells(last) if last else None,
        "early": bool(last and last.finding == "early"),
        "months": [(seen, words.month_cells(seen)) for seen in reversed(line.months)],
        "counts": _counts(last.treated, last.held_out) if last else [],
    }  # fmt: skip


def _counts(treated: Any, held_out: Any) -> list[tuple[Any, int, int]]:
    return [(words.OUTCOMES[name], treated[name], held_out[name]) for name in OUTCOMES]


def _together(one: Portfolio) -> list[tuple[Any, int, int]]:
    return _counts(one.treated, one.held_out)
