"""The relationship map: picture, picked part, files."""

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from dangol.contact.delivery.parcel import Channel
from dangol.insight.analysis.models import Run
from dangol.insight.analysis.queries import finished_run
from dangol.insight.relationship import places
from dangol.insight.relationship import queries as relationship
from dangol.insight.relationship.value_columns import VALUATION
from dangol.records.customers.columns import Asked as Look
from dangol.records.customers.selecting import many
from dangol.records.customers.using import Use, used
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.campaigns import channels
from dangol.web.campaigns.choice import Choice, unreadable
from dangol.web.customers.warming import start_warming
from dangol.web.relationship import chart, files, findings, pictures
from dangol.web.relationship.movement import then
from dangol.web.relationship.movement.asked import Asked, month
from dangol.web.relationship.movement.words import month_name
from dangol.web.relationship.picked import picked, sendable
from dangol.web.shell import charts, taking_away
from dangol.web.shell.chart_files import file_answer
from dangol.web.shell.gate import needs
from dangol.web.shell.viewer import viewer

FRAME = "frame"  # where the slider of the months puts the picture


@needs(May.SEE_VALUES, whole=True, personal=True)
@require_safe
def map_page(request: HttpRequest) -> HttpResponse:
    """The map with what is picked on it; only the picked when htmx asks."""
    run = relationship.current_run()
    if run is None or not pictures.drawable(run):
        return render(request, "relationship/empty.html", pictures.missing(run))
    choice, asked = Choice.read(request.GET), Asked.read(request.GET)
    if asked.later is not None and asked.later.month == month(request.GET.get("later", "")):
        return _past(request, asked, choice, run)
    context = {"run": run, "choice": choice, "regions": pictures.regions(run, choice), **_picked(request, choice, run)}
    slid = request.headers.get("HX-Target") == FRAME
    if "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers and not slid:
        response = render(request, "relationship/map.html#picked", {**context, "swap": True})
        response["HX-Replace-Url"] = f"{request.path}?{choice.address()}" if choice.address() else request.path
    else:
        response = render(
            request, "relationship/map.html", {**context, **_whole(request, choice, run), **_months(asked)}
        )
        if slid:
            response["HX-Replace-Url"] = request.path + (f"?{choice.address()}" if choice.address() else "")
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def _past(request: HttpRequest, asked: Asked, choice: Choice, run: Run) -> HttpResponse:
    """The map as of the end of a month; everything was counted when it was taken, nobody is looked up."""
    assert asked.later is not None
    line = choice.lines[0] if len(choice.lines) == 1 else ""
    told: dict[str, Any] = {
        "choice": choice, "past": True, "month": month_name(asked.later.month), "lines": pictures.lines(run),
        "chart": then.drawn(asked, line=line), "regions": then.regions(asked.later, line), "whole_address": asked.shown,
        "has_rug": bool(sum(asked.later.summary["rug"])) and not line,
        "missing": [month_name(one) for one in asked.history.missing],
        **_months(asked), "since": bool(month(request.GET.get("earlier", ""))),
    }  # fmt: skip
    response = render(request, "relationship/then.html", told)
    if request.headers.get("HX-Target") == FRAME:
        response["HX-Replace-Url"] = f"{request.path}?{asked.shown}" + (
            f"&{Choice(lines=choice.lines).address()}" if line else ""
        )
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def _months(asked: Asked) -> dict[str, Any]:
    return {"asked": asked, "arrows": not asked.alone}


@needs(May.SEE_VALUES, whole=True)
@require_safe
def map_sendable(request: HttpRequest) -> HttpResponse:
    """Whom of the picked a message may reach now; the page asks for it once it shows how many they are."""
    run, choice = relationship.current_run(), Choice.read(request.GET)
    if run is None:
        raise Http404("run")
    told = _sendable(choice, run, channels.chosen(request.GET.get("channel", "")))
    return render(request, "relationship/sendable.html", {**told, "swap": True})


@needs(May.SEE_VALUES, whole=True)
@require_safe
@cache_control(private=True, max_age=3600)
def map_spec(request: HttpRequest, run_id: int) -> JsonResponse:
    """The picture of one run as a Vega-Lite spec. A finished run never changes, so the browser may keep it."""
    picture = pictures.picture(_finished(run_id), _line(request))
    spec = charts.themed(chart.map_spec(picture), "page")
    return JsonResponse(spec, json_dumps_params={"ensure_ascii": False, "separators": (",", ":")})


@needs(May.SEE_VALUES, whole=True)
@require_safe
def map_file(request: HttpRequest, run_id: int, kind: str) -> HttpResponse:
    """The map as a picture, or its numbers."""
    run = _finished(run_id)
    if kind == "csv":
        shown = pictures.framed(run, Choice(lines=Choice.read(request.GET).lines))
        drawn = replace(shown, table=pictures.numbers(run, _line(request)))
        return file_answer(drawn, kind, f"map-{run.as_of:%Y-%m-%d}")
    if kind not in charts.FORMATS:
        raise Http404(kind)
    content, content_type = files.drawn(run, _line(request), kind)
    disposition = f'attachment; filename="map-{run.as_of:%Y-%m-%d}.{kind}"'
    return HttpResponse(content, content_type=content_type, headers={"Content-Disposition": disposition})


@needs(May.EXPORT, whole=True, personal=True)
def map_list(request: HttpRequest, run_id: int) -> HttpResponseBase:
    """The customers on the map (the picked, when somebody is picked) as a list to take away."""
    run, choice, form = _finished(run_id), Choice.read(request.GET), taking_away.form(request)
    ids = files.ids(run, choice)
    if form is None or not form.is_valid():
        return taking_away.page(request, form, what=_("Customers on the map"), people=len(ids))
    return taken(request, run, choice, form)


def taken(request: HttpRequest, run: Run, choice: Choice, form: taking_away.TakeForm) -> HttpResponseBase:
    """The list as a file, once it was said what for."""
    ids = files.ids(run, choice)
    used(files.ITEMS, Use.LIST, at=clock.as_of())
    rows, name = files.rows(run, choice, viewer(request)), f"map-{run.as_of:%Y-%m-%d}"
    return taking_away.file(request, form, name=name, columns=files.columns(run), rows=rows, subjects=ids)


def _picked(request: HttpRequest, choice: Choice, run: Run) -> dict[str, Any]:
    channel = channels.chosen(request.GET.get("channel", ""))
    told: dict[str, Any] = {"channel": channel, "channels": channels.offered(), "unreadable": unreadable(request.GET)}
    if choice.made:
        part = picked(choice, run=run, at=clock.as_of())
        told["picked"] = part
        viewer(request).saw(point.id for point in part.farthest)
        told["advice"] = findings.ADVICE.get(part.region)
        if not many():  # of many the page asks by itself, once the count is there
            told |= _sendable(choice, run, channel)
    elif not places.stand(Look(clock.as_of())):
        start_warming()  # so that it is read when somebody has drawn
    return told


def _sendable(choice: Choice, run: Run, channel: Channel) -> dict[str, Any]:
    found = sendable(choice, run=run, channel=channel, at=clock.as_of())
    return {"sendable": found, "reasons": channels.reasons(found.withheld)}


def _whole(request: HttpRequest, choice: Choice, run: Run) -> dict[str, Any]:
    return {
        "chart": pictures.framed(run, choice),
        "lines": pictures.lines(run),
        "known": findings.known(run),
        "notes": relationship.notes(run),
        "models": relationship.models(run),
        "equity": relationship.equity_total(run),
        "used": run.summary.get("used"),
        "has_rug": bool(sum(relationship.rug(run))) and not choice.lines,
    }


def _line(request: HttpRequest) -> str:
    lines = Choice.read(request.GET).lines
    return lines[0] if len(lines) == 1 else ""


def _finished(run_id: int) -> Run:
    run = finished_run(VALUATION, run_id)
    if run is None:
        raise Http404(run_id)
    return run
