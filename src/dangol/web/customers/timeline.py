"""What happened so far with one customer: purchases, talks, answers, campaigns, in one line of time.

Each kind is one query, cut off at the length of a page, then all are put together by time.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import groupby, starmap
from statistics import fmean

from django.db.models import Count, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dangol.decisions.campaigns import queries as campaigns
from dangol.records.ledger.models import Interaction, OrderLine, Transaction
from dangol.records.outbox.models import Message
from dangol.records.voices.models import SurveyAnswer
from dangol.web.customers import words
from dangol.web.shell.templatetags.shell import money

LENGTH = 40
SHOWS: dict[str, str | Promise] = {
    "": gettext_lazy("Everything"),
    "purchases": gettext_lazy("Purchases"),
    "talks": gettext_lazy("Talks"),
    "campaigns": gettext_lazy("Campaigns"),
}


@dataclass(frozen=True)
class Entry:
    """One thing that happened, or (`out`) that did not. Money in minor units."""

    at: datetime
    icon: str
    title: str
    tone: str = ""
    note: str = ""
    why: str = ""
    amount: int | None = None
    discount: int = 0
    text: str = ""


@dataclass(frozen=True)
class History:
    """Entries by month, the latest first; `before` asks for those further back, None when there are none."""

    months: list[tuple[date, list[Entry]]] = field(default_factory=list)
    before: datetime | None = None


def history(customer_id: int, *, show: str = "", before: datetime | None = None, words: bool = True) -> History:
    """The next LENGTH entries, newest first; those of one moment stay together, so that going further skips nobody.

    Without `words`, what people said and what they were told is left out.
    """
    sources: list[list[Entry]] = []
    if show in ("", "purchases"):
        sources.append(_purchases(customer_id, before))
    if show in ("", "talks"):
        sources += [_interactions(customer_id, before), _answers(customer_id, before)]
    if show in ("", "campaigns"):
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
    first = OrderLine.objects.filter(transaction=OuterRef("pk")).order_by("position")
    name = Coalesce(NullIf("product__name", Value("")), "description")
    sales = (
        Transaction.objects.filter(_until(before), identity__customer=customer_id)
        .select_related("unit")
        .annotate(
            first=Subquery(first.values_list(name)[:1]),
            count=Count("lines"),
            given=Sum("lines__price_discount") + Sum("lines__coupon_discount") + Sum("lines__match_discount"),
        )
        .order_by("-at", "-id")[: LENGTH + 1]
    )
    return [_purchase(sale) for sale in sales]


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
    )  # fmt: skip


def _interactions(customer_id: int, before: datetime | None) -> list[Entry]:
    # What campaigns sent is told by the campaigns themselves, with its reason where it did not come.
    ours = Q(direction=Interaction.Direction.OUT, source_ref__startswith=campaigns.REF)
    talks = Interaction.objects.filter(_until(before), ~ours, identity__customer=customer_id)
    return [_interaction(talk) for talk in talks.order_by("-at", "-id")[: LENGTH + 1]]


def _interaction(talk: Interaction) -> Entry:
    inward = talk.direction == Interaction.Direction.IN
    icon, tone, title = words.KINDS.get(talk.kind, ("in" if inward else "out", "", words.spoken(talk.kind)))
    notes = [words.touchpoint(talk.touchpoint)] if talk.touchpoint else []
    if talk.minutes:
        notes.append(_("%(minutes)d minutes of the customer's time") % {"minutes": round(talk.minutes)})
    if talk.worth:
        notes.append(_("worth %(amount)s") % {"amount": money(talk.worth)})
    return Entry(at=talk.at, icon=icon, tone=tone, title=str(title), note=" · ".join(notes), text=talk.text)


def _answers(customer_id: int, before: datetime | None) -> list[Entry]:
    mine = SurveyAnswer.objects.filter(_until(before), identity__customer=customer_id)
    moments = list(mine.order_by("-at").values_list("at", flat=True).distinct()[: LENGTH + 1])
    answers = mine.filter(at__in=moments).order_by("-at", "survey", "item")
    return [_survey(survey, at, list(group)) for (survey, at), group in groupby(answers, key=_survey_and_time)]


def _survey_and_time(answer: SurveyAnswer) -> tuple[str, datetime]:
    return answer.survey, answer.at


def _survey(survey: str, at: datetime, answers: list[SurveyAnswer]) -> Entry:
    title = _("Answered the survey “%(survey)s”") % {"survey": survey}
    by_dimension: dict[str, list[SurveyAnswer]] = {}
    for one in answers:
        by_dimension.setdefault(one.dimension or one.item, []).append(one)
    return Entry(at=at, icon="star", title=title, note=" · ".join(starmap(_answer, by_dimension.items())))


def _answer(dimension: str, answers: list[SurveyAnswer]) -> str:
    """The mean of the answers to one dimension."""
    score = fmean(one.score for one in answers)
    facts = {"question": words.dimension(dimension), "score": f"{score:.2g}", "most": f"{answers[0].scale_max:g}"}
    return _("%(question)s %(score)s of %(most)s") % facts


def _campaigns(customer_id: int, before: datetime | None) -> list[Entry]:
    reached = [one for one in campaigns.why(customer_id) if before is None or one.at < before][: LENGTH + 1]
    refs = [one.campaign.source_ref for one in reached if one.code == "sent"]
    bodies = dict(
        Message.objects.filter(identity__customer=customer_id, source_ref__in=refs).values_list("source_ref", "body")
    )
    return [_campaign(one, bodies.get(one.campaign.source_ref, "")) for one in reached]


def _campaign(one: campaigns.Why, body: str) -> Entry:
    name = {"campaign": one.campaign.name}
    if one.code == "sent":
        return Entry(at=one.at, icon="send", tone="r2", title=_("Was sent “%(campaign)s”") % name, text=body)
    if one.code == "waiting":
        return Entry(at=one.at, icon="clock", title=_("“%(campaign)s” is waiting to leave") % name)
    title = _("Did not get “%(campaign)s”") % name
    return Entry(at=one.at, icon="off", tone="out", title=title, why=one.sentence)


def _until(before: datetime | None) -> Q:
    return Q() if before is None else Q(at__lt=before)
