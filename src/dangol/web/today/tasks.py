"""What to do first, worked out from where the loop stands, the most pressing on top."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dangol.records.staff.models import User
from dangol.web.shell.figures import amount_signed, count, people, percent
from dangol.web.shell.frame import address_of
from dangol.web.today.standing import Standing, ends_at


@dataclass(frozen=True)
class Task:
    """One thing to do: a mark (icon or region), what and why, and where it is done."""

    title: str
    note: str
    action: str
    url: str
    icon: str = ""
    region: str = ""


def tasks(loop: Standing, *, user: User, as_of: datetime, first: Iterable[Task] = ()) -> list[Task]:
    """At most six, what people demanded `first`; those whose page does not exist are left out."""
    found = (*first, *_data(loop), *_people(loop), *_campaigns(loop, as_of), *_rest(loop, user))
    return [task for task in found if task.url][:6]


def _data(loop: Standing) -> Iterator[Task]:
    if not loop.customers:
        yield Task(
            _("Bring in what you know"),
            _("A file with customer, date and amount is enough. Or look at a business that is already there."),
            _("Import transactions"), address_of("import") or "", icon="in",
        )  # fmt: skip
    elif loop.run is None:
        yield Task(
            _("Nobody is valued yet"),
            _("From 50 customers with sales the map shows who gets too little and who could be offered more."),
            _("To the map"), address_of("map") or "", icon="map",
        )  # fmt: skip


def _people(loop: Standing) -> Iterator[Task]:
    if loop.short_changed:
        short = loop.short_changed
        title = ngettext(
            "%(people)s customer gives us more than they get",
            "%(people)s customers give us more than they get",
            short,
        ) % {"people": count(short)}
        share = percent(short / loop.valued) if loop.valued else ""
        note = _("Region II, %(share)s of those valued. Care first, discounts later.") % {"share": share}
        yield Task(title, note, _("See who and care for them"), _to_map("II"), region="II")


def _campaigns(loop: Standing, as_of: datetime) -> Iterator[Task]:
    if loop.waiting:
        title = ngettext("%(n)s message waits to leave", "%(n)s messages wait to leave", loop.waiting) % {
            "n": count(loop.waiting)
        }
        yield Task(
            title,
            _("They leave by themselves; what may not go at night waits for the morning."),
            _("See the messages"),
            address_of("messages") or "",
            icon="clock",
        )
    if loop.measured and loop.effect:
        yield Task(
            _("The result of “%(campaign)s” is here") % {"campaign": loop.measured.name},
            _("%(effect)s per customer · compared with %(people)s held out")
            % {
                "effect": amount_signed(loop.effect.effect, loop.effect.outcome),
                "people": people(loop.effect.held_out),
            },
            _("See the result"), _to_campaign(loop.measured.pk), icon="bars",
        )  # fmt: skip
    for campaign in loop.running[:2]:
        end = ends_at(campaign)
        over = end is not None and end <= as_of
        day = date_format(localtime(end), "DATE_FORMAT") if end else ""
        note = (
            _("The weeks are over; the effect can be measured.")
            if over
            else _("Responses are counted until %(day)s.") % {"day": day}
        )
        yield Task(
            _("“%(campaign)s” is running") % {"campaign": campaign.name}, note,
            _("Measure it") if over else _("See how it stands"), _to_campaign(campaign.pk), icon="send",
        )  # fmt: skip
    for campaign in loop.planned[:2]:
        yield Task(
            _("“%(campaign)s” is planned but not sent") % {"campaign": campaign.name},
            _("%(share)s stay out of it, so that its effect can be measured.")
            % {"share": percent(campaign.holdout_share)},
            _("Look and send"), _to_campaign(campaign.pk), icon="send",
        )  # fmt: skip


def _rest(loop: Standing, user: User) -> Iterator[Task]:
    if loop.rejected:
        rows = loop.rejected.rejected - loop.rejected.called_off
        title = ngettext("%(n)s row was left out and can be mended", "%(n)s rows were left out and can be mended", rows)
        yield Task(
            title % {"n": count(rows)}, loop.rejected.file_name, _("Mend them"), address_of("import") or "", icon="book"
        )
    if not user.has_usable_password():
        yield Task(
            _("No password is set"),
            _("You were signed in because you sit at this machine. Set one before others use it too."),
            _("Set a password"), reverse("password"), icon="shield",
        )  # fmt: skip


def _to_map(region: str) -> str:
    page = address_of("map") or reverse("customers")
    return f"{page}?region={region}"


def _to_campaign(pk: int) -> str:
    from django.urls import NoReverseMatch

    try:
        return reverse("campaign", args=[pk])
    except NoReverseMatch:
        return ""
