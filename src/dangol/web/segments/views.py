"""The pages Segments: which there are, and what is decided for each."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from dangol.decisions.segments import behind_numbers
from dangol.decisions.segments.actions import save
from dangol.decisions.segments.fields import BadRule, NotGroupedYet, NotValuedYet, Rule
from dangol.decisions.segments.models import Segment, Sheet
from dangol.decisions.segments.queries import how_many, mostly_in
from dangol.decisions.segments.sheets import PARTS, proposal, sheet_of, write_sheet
from dangol.insight.relationship.queries import current_run
from dangol.lib.errors import DangolError
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.campaigns.choice import Choice, of_rule
from dangol.web.insight.cube.keeping import ask_again
from dangol.web.insight.cube.periods import PERIODS
from dangol.web.segments.forms import KeepForm, SheetForm
from dangol.web.segments.listing import rows, rule_words
from dangol.web.segments.words import PART_NAMES
from dangol.web.shell.gate import needs
from dangol.web.shell.taking_away import as_csv
from dangol.web.shell.viewer import viewer


@needs(May.SEE_CAMPAIGNS, whole=True)
@require_safe
def segments(request: HttpRequest) -> HttpResponse:
    """Every segment with what is decided for it."""
    return render(request, "segments/list.html", {"rows": rows(), "valued": current_run() is not None})


@needs(May.SEE_CAMPAIGNS, whole=True)
@require_safe
def segment(request: HttpRequest, segment_id: int) -> HttpResponse:
    """One segment: who is in it now, its sheet, and what was decided before."""
    one = get_object_or_404(Segment, pk=segment_id)
    return render(request, "segments/segment.html", _context(one, _form(one)))


@require_POST
@needs(May.RUN_CAMPAIGNS, whole=True)
def segment_decide(request: HttpRequest, segment_id: int) -> HttpResponse:
    """Decide for the segment what the form says."""
    one = get_object_or_404(Segment, pk=segment_id)
    form = SheetForm(request.POST)
    if not form.is_valid():
        return render(request, "segments/segment.html", _context(one, form), status=422)
    write_sheet(one, form.mix, by=viewer(request).user, at=clock.now())
    return redirect("segment", one.pk)


@require_POST
@needs(May.RUN_CAMPAIGNS, whole=True)
def segment_ask_again(request: HttpRequest, segment_id: int) -> HttpResponse:
    """Ask the numbers it was made of once more: whoever is behind them now is in it from here on."""
    one = get_object_or_404(Segment, pk=segment_id)
    try:
        ask_again(one, today=clock.day(), by=viewer(request).user, at=clock.now())
    except DangolError as problem:
        return render(request, "segments/segment.html", _context(one, _form(one)) | {"problem": problem}, status=409)
    return redirect("segment", one.pk)


@require_POST
@needs(May.RUN_CAMPAIGNS, whole=True)
def segment_keep(request: HttpRequest) -> HttpResponse:
    """Keep the picked part of the map under a name, and go to its sheet."""
    choice, form = Choice.read(request.GET), KeepForm(request.POST)
    name = form.cleaned_data["name"] if form.is_valid() else ""
    return redirect("segment", save(choice.rule, by=viewer(request).user, at=clock.now(), name=name).pk)


@needs(May.SEE_CAMPAIGNS, whole=True)
@require_safe
def segment_sheets(request: HttpRequest) -> HttpResponse:
    """All sheets side by side, as a file."""
    told = (
        [
            row.segment.name, row.rule, row.sheet.get_target_display() if row.sheet else "",
            *(getattr(row.sheet, name, "") for name in PARTS),
        ]
        for row in rows()
    )  # fmt: skip
    disposition = 'attachment; filename="segments.csv"'
    content = "".join(as_csv(_heading(), told, ""))
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": disposition})


def _heading() -> list[str]:
    named = (KeepForm.base_fields["name"].label, gettext("Who is in it"), SheetForm.base_fields["target"].label)
    return [str(name) for name in (*named, *(PART_NAMES[part] for part in PARTS))]


def _form(one: Segment) -> SheetForm:
    """The sheet that counts, or one to begin with."""
    begin = sheet_of(one) or proposal(_region(one.rule))
    return SheetForm(initial={name: getattr(begin, name) for name in ("target", *PARTS)})


def _region(rule: Rule) -> str:
    """Where those of a segment stand, as the rule says or as most of them do; empty where that cannot be told."""
    named, run = rule.get("region", []), current_run()
    if len(named) == 1:
        return str(named[0])
    try:
        return mostly_in(rule, run=run, at=clock.as_of()) if run else ""
    except (BadRule, NotGroupedYet):
        return ""


def _said(sheet: Sheet) -> list[tuple[str, str]]:
    """A sheet as text, for those who may not change it."""
    parts = [(str(PART_NAMES[name]), getattr(sheet, name)) for name in PARTS]
    return [(str(SheetForm.base_fields["target"].label), sheet.get_target_display()), *parts]


def _context(one: Segment, form: SheetForm) -> dict[str, Any]:
    choice, people, broken = of_rule(one.rule), None, False
    try:
        people = how_many(one.rule, run=current_run(), at=clock.as_of())
    except BadRule:
        broken = True
    except (NotValuedYet, NotGroupedYet):
        pass
    written = list(one.sheets.select_related("saved_by").order_by("-pk"))
    return {
        "segment": one, "rule": rule_words(one), "form": form, "people": people, "broken": broken,
        "numbers": behind_numbers.newest(one.rule.get(behind_numbers.FIELD, ())), "moving": PERIODS,
        "sheets": written, "said": _said(written[0]) if written else [],
        "proposed": any(form.initial.get(name) for name in PARTS),
        "address": choice.address() if choice.rule == one.rule else "",
    }  # fmt: skip
