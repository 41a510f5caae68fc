"""Letters that the law has us write about consent: what we recorded, that it still stands, that a child decides now.

They are informational, go through the outbox like everything else, each once, and count as told when they have left.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import batched
from typing import NamedTuple

from django.conf import settings
from django.db.models import Min, QuerySet
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dangol.contact.delivery.queries import channels
from dangol.records.customers.models import Customer
from dangol.records.customers.own_pages import WISHES, linker
from dangol.records.outbox.actions import NewMessage, enqueue
from dangol.records.permission.asking import INFORMATIONAL, ChannelFacts
from dangol.records.permission.models import Consent, Notice
from dangol.records.permission.notices import (
    NewNotice,
    come_of_age,
    receipts_due,
    receipts_missed,
    record_notices,
    reminders_due,
)
from dangol.records.permission.policy import Pack, home_pack
from dangol.records.permission.queries import permitted
from dangol.records.permission.reasons import MEDIA

REF = "notice"
LEAVE_AT = 10  # o'clock: letters are no advertising, yet nobody wants them at night
PEOPLE = 5_000  # asked for at a time
ANSWERS = 12  # in one letter: their numbers must fit into its reference


class Letter(NamedTuple):
    """What one person is told. `about`: ids of the answers, or their own id when they come of age."""

    customer_id: int
    kind: str
    about: tuple[int, ...]
    media: frozenset[str]
    body: str

    @property
    def ref(self) -> str:
        """Its reference and key: a letter about the same is not put in twice."""
        return f"{REF}:{self.kind}:{','.join(map(str, self.about))}"


def enqueue_due(*, at: datetime) -> int:
    """Put every letter that is due into the outbox, once; how many are new.

    Whoever cannot be reached stays due: staff see them on the page of consent texts.
    """
    pack, language = home_pack(at), "ko" if settings.DANGOL.law == "kr" else "en"
    leave_at = max(at, pack.start_of(pack.day_of(at)) + timedelta(hours=LEAVE_AT))
    with translation.override(language):
        return sum(_put(part, at=at, not_before=leave_at) for part in batched(_letters(pack, at), PEOPLE))


def record_told(sent: Iterable[tuple[int, str, str]], *, at: datetime) -> int:
    """Write down what letters that have just left (customer, reference, channel) have told; how many notices."""
    rows = [row for customer, ref, channel in sent for row in _told(customer, ref, channel, at)]
    return record_notices(rows, at=at) if rows else 0


def _told(customer: int, ref: str, channel: str, at: datetime) -> Iterator[NewNotice]:
    word, _sep, rest = ref.partition(":")
    kind, _sep, numbers = rest.partition(":")
    if word != REF:
        return
    if kind == Notice.Kind.OF_AGE:
        yield NewNotice(customer, None, kind, channel, at)
        return
    for number in numbers.split(","):
        yield NewNotice(customer, int(number), kind, channel, at)


def _letters(pack: Pack, at: datetime) -> Iterator[Letter]:
    """Each ends with the address of the person's own page, where they keep or change what they said."""
    link = linker(WISHES, at=at)
    for letter in _all(pack, at):
        yield letter._replace(body=f"{letter.body}\n{link(letter.customer_id)}")


def _all(pack: Pack, at: datetime) -> Iterator[Letter]:
    for answers in (receipts_due(pack, at), receipts_missed(pack, at)):
        yield from _about_answers(answers.iterator(), Notice.Kind.RECEIPT, pack)
    yield from _about_answers(reminders_due(pack, at).iterator(), Notice.Kind.REMINDER, pack)
    for customer in come_of_age(pack, at).values_list("pk", flat=True):
        yield Letter(customer, Notice.Kind.OF_AGE, (customer,), frozenset(), _of_age(pack))


def _about_answers(answers: Iterable[Consent], kind: str, pack: Pack) -> Iterator[Letter]:
    """One letter a person; the answers come person by person."""
    mine: list[Consent] = []
    for answer in answers:
        if mine and (mine[0].customer_id != answer.customer_id or len(mine) == ANSWERS):
            yield _letter(mine, kind, pack)
            mine = []
        mine.append(answer)
    if mine:
        yield _letter(mine, kind, pack)


def _letter(answers: list[Consent], kind: str, pack: Pack) -> Letter:
    words = _receipt(answers, pack) if kind == Notice.Kind.RECEIPT else _reminder(answers, pack)
    about, media = tuple(one.pk for one in answers), frozenset(one.channel for one in answers)
    return Letter(answers[0].customer_id, kind, about, media, words)


def _receipt(answers: list[Consent], pack: Pack) -> str:
    lines = [_("[%(business)s] This is what we recorded of your answer:") % _business()]
    for one in answers:
        line = (
            _("- %(day)s, %(what)s (%(medium)s): agreed")
            if one.granted
            else _("- %(day)s, %(what)s (%(medium)s): refused")
        )
        lines.append(line % _words_of(one, pack))
    lines.append(_("You can change it at any time, free of charge: tell us at %(business)s.") % _business())
    return "\n".join(lines)


def _reminder(answers: list[Consent], pack: Pack) -> str:
    lines = [_("[%(business)s] You agreed to receive advertising from us:") % _business()]
    lines += [_("- on %(day)s, by this way: %(medium)s") % _words_of(one, pack) for one in answers]
    lines.append(_("If you leave it at that, you need do nothing and go on receiving it."))
    lines.append(_("If you want no more of it, tell us at %(business)s. It costs you nothing.") % _business())
    return "\n".join(lines)


def _of_age(pack: Pack) -> str:
    return _(
        "[%(business)s] You are %(age)s now and decide about your data yourself. What your guardian agreed to stands"
        " until you say otherwise: tell us what you want to keep."
    ) % {**_business(), "age": pack.rules.age}


def _business() -> dict[str, str]:
    return {"business": settings.DANGOL.name or _("our shop")}


def _words_of(answer: Consent, pack: Pack) -> dict[str, str]:
    return {
        "day": date_format(pack.day_of(answer.answered_at), "DATE_FORMAT"),
        "what": str(answer.get_purpose_display()),
        "medium": str(MEDIA.get(answer.channel, answer.channel)),
    }


def _put(letters: tuple[Letter, ...], *, at: datetime, not_before: datetime) -> int:
    """Each by a channel of its own medium where that reaches the person, else by any that does."""
    roads = [channel.facts for channel in channels().values() if channel.facts.needs is not None]
    people = Customer.objects.filter(pk__in={letter.customer_id for letter in letters})
    identities = dict(people.values_list("pk").annotate(first=Min("identities")))
    reached = {facts.name: _reached(people, facts, at) for facts in roads}
    return enqueue(
        (
            NewMessage(
                letter.ref, identity, letter.ref, road, INFORMATIONAL, "", "", letter.body, not_before=not_before
            )
            for letter in letters
            for identity, road in [(identities.get(letter.customer_id), _road(letter, roads, reached))]
            if identity is not None and road
        ),
        at=at,
    )


def _reached(people: QuerySet[Customer], channel: ChannelFacts, at: datetime) -> set[int]:
    asked = permitted(people, channel=channel, kind=INFORMATIONAL, at=at)
    return set(asked.filter(withheld="").values_list("pk", flat=True))


def _road(letter: Letter, roads: list[ChannelFacts], reached: dict[str, set[int]]) -> str:
    open_ = [facts for facts in roads if letter.customer_id in reached[facts.name]]
    open_.sort(key=lambda facts: facts.called not in letter.media)
    return open_[0].name if open_ else ""
