"""What a valuation assumes, by the API: reading, trying, setting and taking back."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema

from dangol.insight.analysis.models import Run
from dangol.insight.relationship.assumed.actions import change_settings, undo_settings
from dangol.insight.relationship.assumed.compared import Preview
from dangol.insight.relationship.assumed.numbers import with_numbers
from dangol.insight.relationship.assumed.preview import preview
from dangol.insight.relationship.assumed.queries import changes
from dangol.insight.relationship.models import SettingsChange
from dangol.insight.relationship.queries import current_run
from dangol.insight.relationship.why.queries import settings_of
from dangol.lib.errors import DangolError
from dangol.lib.languages import speaks
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.api.doors import Reason, Sent, opened
from dangol.web.api.works import Work, told_of
from dangol.web.relationship.assumed import tasks, valuing
from dangol.web.relationship.assumed.forgetting import KEY
from dangol.web.relationship.assumed.views import takes_long
from dangol.web.shell.viewer import viewer
from dangol.web.start.rounds import home_settings, value_settings

router = Router(tags=["relationship"])


class TakesLong(DangolError):
    """It cannot be answered at once."""


class Wanted(Sent):
    """Numbers to try; what is left out stays as it is."""

    weight_economic: float | None = Field(None, ge=0, le=1000)
    weight_social: float | None = Field(None, ge=0, le=1000)
    weight_cost: float | None = Field(None, ge=0, le=1000)
    tolerance: float | None = Field(None, gt=0, lt=100)
    margin_rate: float | None = Field(None, gt=0, le=1)
    horizon_months: int | None = None
    discount_rate: float | None = None
    active_days: int | None = None
    minute_value: int | None = None
    return_minutes: float | None = None
    social_floor: float | None = None
    fewest_answers: int | None = None
    fewest_customers: int | None = None
    best_share: float | None = None

    def told(self) -> dict[str, float]:
        """Those that were told."""
        return {name: value for name in Wanted.model_fields if (value := getattr(self, name)) is not None}


class WantedWhy(Wanted):
    """The same, and why."""

    reason: Reason


class ChangeOfSettings(Schema):
    """One change: name → [before, after]."""

    at: datetime
    by: str
    reason: str
    changed: dict[str, list[float]]


class ValueSettingsTold(Schema):
    """What the next valuation assumes, what the home's file says, and every change, the newest first."""

    standing: dict[str, float | str]
    of_home: dict[str, float | str]
    changes: list[ChangeOfSettings]


class MovedCustomer(Schema):
    """Somebody who would move, by number."""

    customer: int
    value_before: float | None
    value_after: float | None
    equity_before: float | None
    equity_after: float | None
    region_before: str
    region_after: str


class PreviewOfSettings(Schema):
    """What would change; equity in minor units, or in uses; counts: what else was counted, [before, after], where
    everybody was valued anew.
    """

    customers: int
    changed: int
    before: dict[str, int]
    after: dict[str, int]
    equity_before: float
    equity_after: float
    moved: list[MovedCustomer]
    counts: dict[str, list[int]]


class TriedSettings(Schema):
    """How the trying stands; once it is done: the run, the settings that were tried and what they would change."""

    work: Work
    run: int | None
    then: dict[str, float | str]
    preview: PreviewOfSettings | None


@opened(router, "GET", "/map/settings", May.SEE_VALUES, response=ValueSettingsTold, whole=True)
def get_value_settings(request: HttpRequest) -> ValueSettingsTold:
    """What valuations assume, and how that came about."""
    return ValueSettingsTold(
        standing=value_settings().as_parameters(), of_home=home_settings().as_parameters(),
        changes=[_change(one) for one in changes()],
    )  # fmt: skip


@opened(router, "POST", "/map/settings/preview", May.SEE_VALUES, response=PreviewOfSettings, whole=True, personal=True)
def preview_value_settings(request: HttpRequest, told: Wanted) -> PreviewOfSettings:
    """What these numbers would change in the valuation that stands; nothing is saved. Refused where that takes long:
    then `/map/settings/try` works it out beside.
    """
    run, then = _run(), with_numbers(value_settings(), told.told())
    if takes_long(run, then):
        raise TakesLong(_("This takes a while here: ask for it at /map/settings/try."))
    return _preview(request, preview(run, now=settings_of(run), then=then))


@opened(router, "POST", "/map/settings/try", May.SEE_VALUES, response=TriedSettings, whole=True, personal=True)
def try_value_settings(request: HttpRequest, told: Wanted) -> TriedSettings:
    """Work out beside the pages what these numbers would change; nothing is saved."""
    tasks.begin(_run(), with_numbers(value_settings(), told.told()), language=speaks())
    return _tried(request)


@opened(router, "GET", "/map/settings/try", May.SEE_VALUES, response=TriedSettings, whole=True, personal=True)
def get_tried_value_settings(request: HttpRequest) -> TriedSettings:
    """How the trying stands, and what it found."""
    return _tried(request)


@opened(router, "POST", "/map/settings", May.CHANGE_SETTINGS, response=ChangeOfSettings, whole=True)
def set_value_settings(request: HttpRequest, told: WantedWhy) -> ChangeOfSettings:
    """Let the next valuation assume these, with a reason."""
    return _change(change_settings(
        wanted=told.told(), defaults=home_settings(), by=viewer(request).user, at=clock.now(), reason=told.reason
    ))  # fmt: skip


@opened(router, "POST", "/map/settings/now", May.CHANGE_SETTINGS, response=Work, whole=True)
def value_everybody(request: HttpRequest) -> Work:
    """Value everybody by the settings that stand, beside the pages."""
    valuing.begin(viewer(request).user, language=speaks())
    return told_of(valuing.KEY)


@opened(router, "GET", "/map/settings/now", May.SEE_VALUES, response=Work, whole=True)
def get_valuing_of_everybody(request: HttpRequest) -> Work:
    """How that stands."""
    return told_of(valuing.KEY)


@opened(router, "POST", "/map/settings/undo", May.CHANGE_SETTINGS, response=ChangeOfSettings, whole=True)
def undo_value_settings(request: HttpRequest) -> ChangeOfSettings:
    """Take the settings back that stood before the last change."""
    return _change(undo_settings(defaults=home_settings(), by=viewer(request).user, at=clock.now()))


def _run() -> Run:
    run = current_run()
    if run is None:
        raise Http404("run")
    return run


def _preview(request: HttpRequest, found: Preview) -> PreviewOfSettings:
    found = tasks.of_known(found)
    viewer(request).saw(one.customer for one in found.moved)
    told = {**vars(found), "moved": [MovedCustomer(**vars(one)) for one in found.moved]}
    return PreviewOfSettings(**told | {"counts": {name: list(both) for name, both in found.counts.items()}})


def _tried(request: HttpRequest) -> TriedSettings:
    answer = tasks.tried()
    return TriedSettings(
        work=told_of(KEY), run=answer.get("run"), then=answer.get("then", {}),
        preview=_preview(request, Preview.kept(answer["preview"])) if answer else None,
    )  # fmt: skip


def _change(one: SettingsChange) -> ChangeOfSettings:
    return ChangeOfSettings(at=one.at, by=str(one.by) if one.by else "", reason=one.reason, changed=one.changed)
