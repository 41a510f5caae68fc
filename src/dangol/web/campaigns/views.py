"""The pages Campaigns: list, plan, run, result."""

from typing import Any

from django.db.transaction import atomic
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from dangol.contact.delivery.parcel import Channel
from dangol.decisions.campaigns import actions, queries
from dangol.decisions.campaigns.fair_groups import Treatment
from dangol.decisions.campaigns.fairness_seen import mark_of, see, unseen, unseen_words
from dangol.decisions.campaigns.judged_by import declared
from dangol.decisions.campaigns.models import Campaign, Series, SeriesStep
from dangol.decisions.campaigns.repeating import actions as repeating
from dangol.decisions.campaigns.repeating.queries import standing_text
from dangol.insight.relationship.queries import current_run
from dangol.lib.errors import DangolError
from dangol.lib.languages import speaks
from dangol.records.catalog.models import Offer
from dangol.records.catalog.offers import ensure_offers
from dangol.records.catalog.topics import ensure_topics
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.campaigns import (
    audience,
    channels,
    effect_chart,
    expected,
    fairness,
    listing,
    movement,
    pages,
    results,
    tasks,
)
from dangol.web.campaigns.choice import Choice
from dangol.web.campaigns.forms import PlanForm, audience_words, proposed
from dangol.web.campaigns.repeating import shown as series
from dangol.web.campaigns.repeating.words import comes, when
from dangol.web.shell.chart_files import file_answer
from dangol.web.shell.gate import needs
from dangol.web.shell.viewer import viewer
from dangol.web.start import work
from dangol.web.start.waiting import waiting
from dangol.web.start.work import look

UNSEEN = "unseen"  # word of the address: it was not sent, because who comes off worse was not seen


@needs(May.SEE_CAMPAIGNS, whole=True)
@require_safe
def campaigns(request: HttpRequest) -> HttpResponse:
    """Every campaign, what it reached and what it changed."""
    run = current_run()
    context = {"rows": listing.rows(run=run), "series": series.rows(), "valued": run is not None}
    return render(request, "campaigns/list.html", context)


@needs(May.RUN_CAMPAIGNS, whole=True, personal=True)
def campaign_plan(request: HttpRequest) -> HttpResponse:
    """Write a plan, look at it once more, then send it or keep it."""
    if not Offer.objects.exists():
        ensure_offers(currency=clock.home().currency, at=clock.now())
    ensure_topics(at=clock.now())
    choice = Choice.read(request.POST if request.method == "POST" else request.GET)
    if request.method != "POST":
        form = PlanForm(initial=proposed(choice, channels.chosen(request.GET.get("channel", "")).facts.name))
        return _plan(request, choice, form)
    form, step = PlanForm(request.POST), request.POST.get("step", "")
    if step == "edit" or not form.is_valid():
        return _plan(request, choice, form)
    channel = channels.chosen(form.cleaned_data["channel"])
    found = fairness.looked_at(choice.rule, channel=channel, about=form.about) if step != "save" else None
    if step not in {"send", "save"}:
        return _confirm(request, choice, form, channel, found)
    if found and found.worse and not _saw(request, found):
        return _confirm(request, choice, form, channel, found, problem=unseen_words())
    try:
        if form.cleaned_data["when"]:
            return redirect("repeating", _series(request, choice, form, channel, found, start=step == "send").pk)
        campaign = _written(request, choice, form, channel)
    except actions.CannotPlan as problem:
        return _plan(request, choice, form, problem=str(problem))
    return _send(request, campaign, found) if step == "send" else redirect("campaign", campaign.pk)


@needs(May.RUN_CAMPAIGNS, whole=True)
@require_safe
def campaign_audience(request: HttpRequest) -> HttpResponse:
    """Whom the plan reaches, while it is written."""
    choice, form = Choice.read(request.GET), PlanForm(request.GET)
    return render(request, "campaigns/plan.html#audience", _audience(choice, form, whole=True))


@require_POST
@needs(May.RUN_CAMPAIGNS, whole=True, personal=True)
def campaign_letter(request: HttpRequest) -> HttpResponse:
    """The message as one real customer would get it, while it is written."""
    choice, form = Choice.read(request.POST), PlanForm(request.POST)
    return render(request, "campaigns/plan.html#letter", {"letter": _letter(request, choice, form)})


@needs(May.SEE_CAMPAIGNS, whole=True, personal=True)
@require_safe
def campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """One campaign: planned, under way, running, or measured."""
    one = get_object_or_404(Campaign.objects.select_related("offer", "segment"), pk=pk)
    if one.launched_at is None:
        return _planned(request, one)
    going = look(tasks.key_of(one))
    context = {"campaign": one, "work": going, "seen": fairness.history(one), **pages.about(one)}
    return render(request, "campaigns/campaign.html", {**context, **pages.running(one)})


@needs(May.SEE_CAMPAIGNS, whole=True)
@require_safe
@never_cache
def campaign_work(request: HttpRequest, pk: int) -> HttpResponse:
    """How its long work stands; the page is fetched anew once it is done."""
    one = get_object_or_404(Campaign, pk=pk)
    return waiting(request, "campaigns/work.html", look(tasks.key_of(one)), campaign=one)


@require_POST
@needs(May.RUN_CAMPAIGNS, whole=True)
def campaign_send(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a planned campaign, once somebody has seen who comes off worse by it."""
    one = get_object_or_404(Campaign.objects.select_related("offer", "segment"), pk=pk)
    found = fairness.treated_by(one)
    if found and unseen(one, found) and not _saw(request, found):
        return redirect(f"{reverse('campaign', args=[pk])}?{UNSEEN}=yes")
    return _send(request, one, found)


@require_POST
@needs(May.RUN_CAMPAIGNS, whole=True)
def campaign_later(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the weeks of a simulated home pass."""
    one = get_object_or_404(Campaign, pk=pk)
    until = pages.weeks_end(one)
    if clock.home().simulated and until is not None:
        told = (one.pk, until.isoformat(), viewer(request).user.pk, speaks())
        work.start(tasks.key_of(one), tasks.live_on, *told)
    return redirect("campaign", pk)


@require_POST
@needs(May.RUN_CAMPAIGNS, whole=True)
def campaign_measure(request: HttpRequest, pk: int) -> HttpResponse:
    """Measure a launched campaign up to the home's clock."""
    one = get_object_or_404(Campaign, pk=pk)
    work.start(tasks.key_of(one), tasks.measure, one.pk, viewer(request).user.pk, speaks())
    return redirect("campaign", pk)


@needs(May.SEE_CAMPAIGNS, whole=True)
@require_safe
def campaign_movement(request: HttpRequest, pk: int) -> HttpResponse:
    """Whether the balance moved: fetched after the page, which need not wait for it."""
    one = get_object_or_404(Campaign, pk=pk)
    result = queries.result(one)
    until = results.window(result)[1] if result else None
    moved = movement.movement(one, until=until) if until else None
    return render(request, "campaigns/movement.html", {"movement": moved})


@needs(May.SEE_CAMPAIGNS, whole=True)
@require_safe
def campaign_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The effect as a picture, or its numbers as CSV."""
    one = get_object_or_404(Campaign, pk=pk)
    result = queries.result(one)
    drawn = None if result is None else effect_chart.to_take_away(one, result)
    return file_answer(drawn, kind, f"campaign-{pk}")


def _plan(request: HttpRequest, choice: Choice, form: PlanForm, *, problem: str = "") -> HttpResponse:
    context = {
        "form": form,
        "choice": choice,
        "who": audience_words(choice),
        "problem": problem,
        "merge_fields": pages.merge_fields(),
        "letter": _letter(request, choice, form),
        **_audience(choice, form),
    }
    status = 422 if form.errors or problem else 200
    return render(request, "campaigns/plan.html", context, status=status)


def _audience(choice: Choice, form: PlanForm, *, whole: bool = False) -> dict[str, Any]:
    """Whom the plan reaches; `whole` with the smallest difference that would be found, which takes longer."""
    channel = channels.chosen(form["channel"].value() or "")
    run = current_run()
    told: dict[str, Any] = {
        "channel": channel, "channel_words": channels.told(channel), "whole": whole, "outcome": declared(run),
    }  # fmt: skip
    known: dict[str, Any] = {
        "run": run, "channel": channel, "at": clock.as_of(), "about": form.about, "holdout_share": form.share,
    }  # fmt: skip
    try:
        told["reach"] = (
            audience.expected(choice.rule, weeks=form.length, **known)
            if whole
            else audience.counted(choice.rule, **known)
        )
    except DangolError as problem:
        told["reach_problem"] = str(problem)
    return told


def _letter(request: HttpRequest, choice: Choice, form: PlanForm) -> audience.Letter | None:
    channel, offer = channels.chosen(form["channel"].value() or ""), form["offer"].value() or ""
    body = form["body"].value() or ""
    try:
        return audience.letter(
            choice.rule, run=current_run(), channel=channel, at=clock.as_of(), about=form.about, offer_code=offer,
            subject="", body=body, viewer=viewer(request),
        )  # fmt: skip
    except DangolError:  # the audience beside it says why
        return None


def _confirm(
    request: HttpRequest, choice: Choice, form: PlanForm, channel: Channel, found: Treatment | None, problem: str = ""
) -> HttpResponse:
    plan = form.cleaned_data
    rule, at = choice.rule, clock.as_of()
    try:
        reach = audience.drawn(
            rule,
            run=current_run(),
            channel=channel,
            at=at,
            about=form.about,
            salt=form.salt,
            holdout_share=form.share,
        )
    except DangolError as refused:
        return _plan(request, choice, form, problem=str(refused))
    if not reach.treated or not reach.held_out:
        form.add_error("holdout", pages.too_few(reach))
        return _plan(request, choice, form)
    context = {
        "form": form, "choice": choice, "who": audience_words(choice), "plan": plan, "reach": reach, "channel": channel,
        "offer": dict(form.fields["offer"].choices)[plan["offer"]],  # type: ignore[attr-defined]
        "comes": comes(*when(plan["when"])) if plan["when"] else "",
        "about_words": form.about_words, "outcome": declared(current_run()),
        "letter": _letter(request, choice, form), "fairness": fairness.shown(found), "problem": problem,
        "expected": expected.shown(
            expected.looked_at(rule, channel=channel, about=form.about, viewer=viewer(request))
        ),
        **pages.on_record(rule, plan["body"], channel=channel, about=form.about),
    }  # fmt: skip
    return render(request, "campaigns/confirm.html", context, status=422 if problem else 200)


def _written(request: HttpRequest, choice: Choice, form: PlanForm, channel: Channel) -> Campaign:
    plan = form.cleaned_data
    return actions.plan(
        name=plan["name"], rule=choice.rule, offer_code=plan["offer"], channel=channel.facts, subject="",
        body=plan["body"], holdout_share=plan["holdout"] / 100, weeks=plan["weeks"], estimator=plan["estimator"],
        by=viewer(request).user, at=clock.as_of(), goods=plan.get("goods", ""), topic=plan.get("topic", ""),
    )  # fmt: skip


@atomic
def _series(
    request: HttpRequest, choice: Choice, form: PlanForm, channel: Channel, found: Treatment | None, *, start: bool
) -> Series:
    plan, by, at = form.cleaned_data, viewer(request).user, clock.as_of()
    every, day = when(plan["when"])
    made = repeating.plan_series(
        name=plan["name"], rule=choice.rule, offer_code=plan["offer"], channel=channel.facts, body=plan["body"],
        holdout_share=plan["holdout"] / 100, weeks=plan["weeks"], estimator=plan["estimator"], every=every, day=day,
        by=by, at=at, goods=plan.get("goods", ""), topic=plan.get("topic", ""),
    )  # fmt: skip
    if start:
        if found:
            see(standing_text(made), found, by=by, at=at)
        repeating.step(made, SeriesStep.Kind.STARTED, by=by, at=at)
    return made


def _planned(request: HttpRequest, one: Campaign) -> HttpResponse:
    going = look(tasks.key_of(one))
    told = fairness.shown(fairness.treated_by(one), one) if not going.under_way else None
    guard = expected.shown(expected.of_campaign(one, viewer(request))) if not going.under_way else None
    context = {
        "campaign": one, "work": going, "fairness": told, "expected": guard, **pages.about(one),
        **pages.planned(one, viewer(request)),
        "unseen": unseen_words() if UNSEEN in request.GET and told and told.to_be_seen else "",
    }  # fmt: skip
    return render(request, "campaigns/planned.html", context)


def _saw(request: HttpRequest, found: Treatment) -> bool:
    """Whether they ticked it below just these groups: others since have to be looked at first."""
    return request.POST.get("seen") == mark_of(found)


def _send(request: HttpRequest, campaign: Campaign, found: Treatment | None) -> HttpResponse:
    if found and unseen(campaign, found):
        see(campaign, found, by=viewer(request).user, at=clock.as_of())
    work.start(tasks.key_of(campaign), tasks.send, campaign.pk, viewer(request).user.pk, speaks())
    return redirect(reverse("campaign", args=[campaign.pk]))
