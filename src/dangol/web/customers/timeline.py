"""What happened so far with one customer: purchases, talks, notes, answers, campaigns, in one line of time.

Each kind is one query, cut off at the length of a page, then all are put together by time.
"""

from dataclasses import replace
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db import models
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dangol.contact.intake.whose import SOURCE as OWN
from dangol.decisions.campaigns import queries as campaigns
from dangol.decisions.campaigns.models import Campaign
from dangol.lib.asked_again import asked_again
from dangol.records.customers.models import Correction
from dangol.records.ledger.kdc import CLASSES
from dangol.records.ledger.models import (
    Delivery,
    Interaction,
    Loan,
    LoanStep,
    Note,
    OrderLine,
    Subscription,
    SubscriptionStep,
    Transaction,
)
from dangol.records.outbox.models import Message
from dangol.records.voices.models import Feedback, FeedbackStep, SurveyAnswer
from dangol.web.customers import corrected, deliveries, words
from dangol.web.customers.answered import answered
from dangol.web.customers.happened import Entry, History
from dangol.web.shell.figures import money

LENGTH = 40
SHOWS: dict[str, str | Promise] = {
    "": gettext_lazy("Everything"),
    "purchases": gettext_lazy("Purchases"),
    "talks": gettext_lazy("Talks"),
    "notes": gettext_lazy("Notes"),
    "campaigns": gettext_lazy("Campaigns"),
}


def history(
    customer_id: int, *, show: str = "", before: datetime | None = None, words: bool = True, wide: bool = True
) -> History:
    """The next LENGTH entries, newest first; those of one moment stay together, so that going further skips nobody.

    Without `words`, what people said and what they were told is left out; unless `wide`, what they answered in surveys
    and what campaigns did.
    """
    sources: list[list[Entry]] = []
    if show in ("", "purchases"):
        sources += [_purchases(customer_id, before), _loans(customer_id, before), _deliveries(customer_id, before)]
        sources.append(subscribed := _subscriptions(customer_id, before))
        # What became of something comes after it: where there is nothing, nothing became of it.
        sources.append(_subscription_steps(customer_id, before) if subscribed else [])
    if show in ("", "talks"):
        sources.append(_interactions(customer_id, before, wide=wide))
        sources.append(said := _feedback(customer_id, before, wide=wide))
        sources.append(_feedback_steps(customer_id, before) if said else [])
    if show in ("", "talks") and wide:
        sources.append(_answers(customer_id, before))
    if show in ("", "notes"):
        sources += [_notes(customer_id, before), _corrections(customer_id, before)]
    if show in ("", "campaigns") and wide:
        sources.append(_campaigns(customer_id, before))
    # A source cut off at its length knows all only after the moment of its last entry.
    floor = max((entries[-1].at for entries in sources if len(entries) > LENGTH), default=None)
    entries = sorted((one for entries in sources for one in entries), key=lambda entry: entry.at, reverse=True)
    complete = [entry for entry in entries if floor is None or entry.at > floor]
    complete = complete or [entry for entry in entries if entry.at == floor]
    last = complete[min(LENGTH, len(complete)) - 1].at if complete else None
    shown = [entry for entry in complete if last is None or entry.at >= last]
    shown = shown if words else [replace(entry, text="") for entry in shown]
    further = last if len(shown) < len(entries) else None
    return History([(month, list(group)) for month, group in groupby(shown, key=_month)], further)


def read_time(text: str) -> datetime | None:
    """A moment from an address; anything else is none."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None


def _month(entry: Entry) -> date:
    return timezone.localtime(entry.at).date().replace(day=1)


def _purchases(customer_id: int, before: datetime | None) -> list[Entry]:
    return [_purchase(sale) for sale in _sales(customer_id, before)]


@asked_again
def _sales(customer: Any, before: Any) -> QuerySet[Transaction]:
    first = OrderLine.objects.filter(transaction=OuterRef("pk")).order_by("position")
    name = Coalesce(NullIf("product__name", Value("")), "description")
    return (
        Transaction.objects.filter(_until(before), identity__customer=customer)
        .select_related("unit")
        .annotate(
            first=Subquery(first.values_list(name)[:1]),
            count=Count("lines"),
            given=Sum("lines__price_discount") + Sum("lines__coupon_discount") + Sum("lines__match_discount"),
        )
        .order_by("-at", "-id")[: LENGTH + 1]
    )


def _purchase(sale: Transaction) -> Entry:
    others: int = sale.count - 1  # type: ignore[attr-defined]  # annotated above
    first: str = sale.first or _("A purchase")  # type: ignore[attr-defined]
    more = ngettext("%(first)s and %(others)d more", "%(first)s and %(others)d more", others)
    title = first if others < 1 else more % {"first": first, "others": others}
    if sale.reverses_id:
        title = _("Taken back: %(what)s") % {"what": title}
    elif sale.amount < 0:
        title = _("Returned: %(what)s") % {"what": title}
    place = sale.unit.name if sale.unit else words.touchpoint(sale.channel)
    back = sale.amount < 0 or sale.reverses_id is not None
    return Entry(
        at=sale.at, icon="undo" if back else "cart", title=title, note=place, amount=sale.amount,
        discount=max(0, sale.given or 0),  # type: ignore[attr-defined]
        sale=sale.pk, file=sale.source if sale.source != OWN else "",
    )  # fmt: skip


def _subscriptions(customer_id: int, before: datetime | None) -> list[Entry]:
    return [
        Entry(
            at=one.at, icon="truck", title=_("Subscribed to %(what)s") % {"what": _subscribed(one)},
            note=" · ".join(filter(None, (one.unit.name if one.unit else "", _priced(one.price, one)))),
        )
        for one in _subscriptions_of(customer_id, before)
    ]  # fmt: skip


@asked_again
def _subscriptions_of(customer: Any, before: Any) -> QuerySet[Subscription]:
    mine = Subscription.objects.filter(_until(before), identity__customer=customer)
    return _latest(mine.select_related("product", "unit"))


def _subscribed(one: Subscription) -> str:
    return (one.product.name if one.product else "") or one.description or _("a subscription")


def _priced(price: int | None, one: Subscription) -> str:
    if price is None:
        return ""
    return f"{money(price)} · {one.get_period_display()}" if one.period else str(money(price))


def _subscription_steps(customer_id: int, before: datetime | None) -> list[Entry]:
    titles = {
        SubscriptionStep.Kind.PAUSED: ("clock", "", _("Paused %(what)s")),
        SubscriptionStep.Kind.RESUMED: ("check", "", _("Took up again %(what)s")),
        SubscriptionStep.Kind.ENDED: ("off", "out", _("Ended %(what)s")),
        SubscriptionStep.Kind.PRICED: ("truck", "", _("Another price of %(what)s")),
    }
    found = []
    for step in _steps_of(customer_id, before):
        icon, tone, title = titles[SubscriptionStep.Kind(step.kind)]
        what = {"what": _subscribed(step.subscription)}
        price = _priced(step.price, step.subscription)
        found.append(Entry(at=step.at, icon=icon, tone=tone, title=title % what, note=price, text=step.reason))
    return found


@asked_again
def _steps_of(customer: Any, before: Any) -> QuerySet[SubscriptionStep]:
    mine = SubscriptionStep.objects.filter(_until(before), subscription__identity__customer=customer)
    return _latest(mine.select_related("subscription__product"))


def _loans(customer_id: int, before: datetime | None) -> list[Entry]:
    """What a library lent, by class; a title, kept of those alone who want it, is told as words are."""
    return [
        Entry(
            at=loan.at, icon="book", title=_("Borrowed: %(class)s") % {"class": CLASSES[loan.item_class]},
            note=" · ".join(filter(None, (loan.unit.name if loan.unit else "", *map(_lent, loan.steps.all())))),
            text=loan.title.title if hasattr(loan, "title") else "",
        )
        for loan in _loans_of(customer_id, before)
    ]  # fmt: skip


@asked_again
def _loans_of(customer: Any, before: Any) -> QuerySet[Loan]:
    mine = Loan.objects.filter(_until(before), identity__customer=customer)
    return _latest(mine.select_related("unit", "title").prefetch_related("steps"))


def _lent(step: LoanStep) -> str:
    return f"{step.get_kind_display()} {date_format(timezone.localtime(step.at), 'MONTH_DAY_FORMAT')}"


def _deliveries(customer_id: int, before: datetime | None) -> list[Entry]:
    """What was sent to them, with what became of it; that it came late stands apart, as what happened between us."""
    return [
        Entry(
            at=one.at, icon="truck", title=_("Delivery: %(what)s") % {"what": deliveries.named(one)},
            note=" · ".join(filter(None, (deliveries.promise(one), *deliveries.steps(one)))),
        )
        for one in _deliveries_of(customer_id, before)
    ]  # fmt: skip


@asked_again
def _deliveries_of(customer: Any, before: Any) -> QuerySet[Delivery]:
    mine = Delivery.objects.filter(_until(before), identity__customer=customer)
    return _latest(mine.select_related("product").prefetch_related("steps"))


def _feedback(customer_id: int, before: datetime | None, *, wide: bool) -> list[Entry]:
    return [
        Entry(
            at=one.at, icon="desk", tone="bad" if one.kind == Feedback.Kind.COMPLAINT else "",
            title=one.get_kind_display(),
            note=" · ".join(filter(None, (words.touchpoint(one.touchpoint), one.product.name if one.product else ""))),
            text=" — ".join(filter(None, (one.subject, one.text))),
        )
        for one in _feedback_of(customer_id, before, wide=wide)
    ]  # fmt: skip


@asked_again
def _feedback_of(customer: Any, before: Any, *, wide: bool) -> QuerySet[Feedback]:
    mine = Feedback.objects.filter(_until(before), identity__customer=customer).select_related("product")
    return _latest(mine if wide else mine.exclude(kind=Feedback.Kind.OPINION))


def _feedback_steps(customer_id: int, before: datetime | None) -> list[Entry]:
    return [
        Entry(
            at=step.at, icon="check", text=step.text,
            title=f"{step.feedback.get_kind_display()}: {step.get_state_display()}",
        )
        for step in _feedback_steps_of(customer_id, before)
    ]  # fmt: skip


@asked_again
def _feedback_steps_of(customer: Any, before: Any) -> QuerySet[FeedbackStep]:
    mine = FeedbackStep.objects.filter(_until(before), feedback__identity__customer=customer)
    return _latest(mine.select_related("feedback"))


def _interactions(customer_id: int, before: datetime | None, *, wide: bool) -> list[Entry]:
    talks = _talks_of(customer_id, before)
    if not wide:
        return [_interaction(talk) for talk in talks]
    found = campaigns.meant({talk.campaign for talk in talks}, customer_id=customer_id)
    return [replace(_interaction(talk), **_of_campaign(talk, found.get(talk.campaign))) for talk in talks]


@asked_again
def _talks_of(customer: Any, before: Any) -> QuerySet[Interaction]:
    # What campaigns sent is told by the campaigns themselves, with its reason where it did not come.
    ours = Q(direction=Interaction.Direction.OUT, source_ref__startswith=campaigns.REF)
    return _latest(Interaction.objects.filter(_until(before), ~ours, identity__customer=customer, note=None))


def _of_campaign(talk: Interaction, ours: Campaign | None) -> dict[str, Any]:
    """Which campaign a contact answers or belongs to, as a file told it."""
    if not talk.campaign:
        return {}
    words = _("Answers “%(campaign)s”") if talk.direction == Interaction.Direction.IN else _("Part of “%(campaign)s”")
    return {"campaign": words % {"campaign": ours.name if ours else talk.campaign}, "ours": ours.pk if ours else None}


def _interaction(talk: Interaction) -> Entry:
    inward = talk.direction == Interaction.Direction.IN
    known = words.KINDS if inward else words.KINDS | words.OUTWARD
    icon, tone, title = known.get(talk.kind, ("in" if inward else "out", "", words.spoken(talk.kind)))
    notes = [words.touchpoint(talk.touchpoint)] if talk.touchpoint else []
    if talk.minutes:
        notes.append(_("%(minutes)d minutes of the customer's time") % {"minutes": round(talk.minutes)})
    if talk.worth:
        notes.append(_("worth %(amount)s") % {"amount": money(talk.worth)})
    return Entry(at=talk.at, icon=icon, tone=tone, title=str(title), note=" · ".join(notes), text=talk.text)


def _notes(customer_id: int, before: datetime | None) -> list[Entry]:
    return [_note(note) for note in _notes_of(customer_id, before)]


@asked_again
def _notes_of(customer: Any, before: Any) -> QuerySet[Note]:
    mine = Note.objects.filter(interaction__identity__customer=customer)
    if before is not None:
        mine = mine.filter(interaction__at__lt=before)
    mine = mine.select_related("interaction", "by", "struck_by")
    return mine.order_by("-interaction__at", "-pk")[: LENGTH + 1]


def _note(note: Note) -> Entry:
    talk, title = note.interaction, _("Noted")
    if note.strikes_id:
        title = _("Struck a note: what is right") if talk.text or note.sealed else _("Struck a note")
    where = [words.touchpoint(talk.touchpoint)] if talk.touchpoint else []
    return Entry(
        at=talk.at, icon="book", title=title, note=" · ".join([str(note.by), *where]), text=talk.text,
        written=note.pk, sealed=bool(note.sealed), struck=getattr(note, "struck_by", None) is not None,
    )  # fmt: skip


def _corrections(customer_id: int, before: datetime | None) -> list[Entry]:
    return [
        Entry(
            at=one.at, icon="undo" if one.undoes_id else "person",
            title=_("Put back: %(fields)s") % {"fields": corrected.fields(one)} if one.undoes_id
            else _("Corrected: %(fields)s") % {"fields": corrected.fields(one)},
            note=" · ".join((str(one.by or _("Themselves")), *([one.on_behalf.words] if one.on_behalf else []))),
            text=corrected.was(one),
        )
        for one in _corrections_of(customer_id, before)
    ]  # fmt: skip


@asked_again
def _corrections_of(customer: Any, before: Any) -> QuerySet[Correction]:
    return _latest(Correction.objects.filter(_until(before), customer=customer).select_related("by"))


def _answers(customer_id: int, before: datetime | None) -> list[Entry]:
    answers = _answers_of(customer_id, before)
    return [answered(survey, at, list(group)) for (survey, at), group in groupby(answers, key=_survey_and_time)]


@asked_again
def _answers_of(customer: Any, before: Any) -> QuerySet[SurveyAnswer]:
    mine = SurveyAnswer.objects.filter(_until(before), identity__customer=customer)
    moments = mine.order_by("-at").values("at").distinct()[: LENGTH + 1]
    return mine.filter(at__in=moments).order_by("-at", "survey", "item")


def _survey_and_time(answer: SurveyAnswer) -> tuple[str, datetime]:
    return answer.survey, answer.at


def _campaigns(customer_id: int, before: datetime | None) -> list[Entry]:
    reached = [one for one in campaigns.why(customer_id) if before is None or one.at < before][: LENGTH + 1]
    refs = [one.campaign.source_ref for one in reached if one.code == "sent"]
    bodies = dict(_bodies(customer_id, *refs)) if refs else {}
    return [_campaign(one, bodies.get(one.campaign.source_ref, "")) for one in reached]


@asked_again
def _bodies(customer: Any, *refs: Any) -> QuerySet[Any, Any]:
    mine = Message.objects.filter(identity__customer=customer, source_ref__in=refs)
    return mine.values_list("source_ref", "body")


def _campaign(one: campaigns.Why, body: str) -> Entry:
    name = {"campaign": one.campaign.name}
    if one.code == "sent":
        return Entry(at=one.at, icon="send", tone="r2", title=_("Was sent “%(campaign)s”") % name, text=body)
    if one.code == "waiting":
        return Entry(at=one.at, icon="clock", title=_("“%(campaign)s” is waiting to leave") % name)
    title = _("Did not get “%(campaign)s”") % name
    return Entry(at=one.at, icon="off", tone="out", title=title, why=one.sentence)


def _until(before: Any) -> Q:
    return Q() if before is None else Q(at__lt=before)


def _latest[Row: models.Model](rows: QuerySet[Row]) -> QuerySet[Row]:
    return rows.order_by("-at", "-pk")[: LENGTH + 1]
