"""One choice made by one press: what it is, doing it, saying that it was done, and the press that takes it back.

A choice is a short text in the button that makes it: `stop:sms`, `topic:12:0`, `often:2`. Pressed twice it does no
harm.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q
from django.db.transaction import atomic
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dangol.lib import bulk
from dangol.lib.errors import DangolError
from dangol.records.catalog.models import Topic
from dangol.records.customers.models import Customer
from dangol.records.permission import preferences
from dangol.records.permission.actions import (
    NewAnswer,
    TooYoung,
    WrongText,
    lift_suppression,
    opt_out,
    record_form,
)
from dangol.records.permission.models import ConsentText, How, Purpose, Suppression
from dangol.records.permission.policy import home_pack
from dangol.records.permission.preferences import BadWish
from dangol.records.permission.reasons import MEDIA
from dangol.records.permission.second_thoughts import take_back
from dangol.records.permission.standing import standing
from dangol.web.public import limits
from dangol.web.public.pages import LANGUAGES, LinkRefused, Visitor

OFTEN = (1, 2, 4)  # advertising messages in thirty days that people choose among
BY_MEDIUM = (Purpose.MARKETING, Purpose.NIGHT)  # purposes that are agreed to medium by medium
LONGEST = 80
PARTS = {"topic": 2, "agree": 2, "refuse": 2, "lift": 0}  # of a choice after its kind; one where nothing is said
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is taken for another


@dataclass(frozen=True)
class Choice:
    """What is chosen, of what; `kind` is a key of KINDS."""

    kind: str
    of: tuple[str, ...] = ()

    def __str__(self) -> str:
        return ":".join((self.kind, *self.of))


@dataclass(frozen=True)
class Done:
    """What was done, and the choice that takes it back where one does."""

    choice: Choice
    back: Choice | None = None


type Act = Callable[[Visitor, Choice], Choice | None]


class NoChoice(DangolError):
    """A press that means nothing here (a page changed by hand, or one of an older day), or that may not be made."""

    def __init__(self, words: str = "") -> None:
        super().__init__(words or _("This page had become old. It is fresh now: look again and choose."))


def read(text: str) -> Choice:
    """The choice of a button. Raises NoChoice."""
    kind, *of = text[:LONGEST].split(":")
    if kind not in KINDS or len(of) != PARTS.get(kind, 1):
        raise NoChoice
    return Choice(kind, tuple(of))


def make(me: Visitor, choice: Choice) -> Done:
    """Do what was chosen, alone for this person. Raises NoChoice, TooMany, and what the records refuse."""
    limits.take("writes", me.customer.pk)
    try:
        with alone(me):
            return Done(choice, KINDS[choice.kind](me, choice))
    except TooYoung as problem:
        raise NoChoice(too_young(me.at)) from problem
    except (WrongText, BadWish) as problem:
        raise NoChoice from problem


def made(request: HttpRequest) -> Done | None:
    """What the page before this one did, as its address tells."""
    try:
        choice = read(request.GET["done"])
        return Done(choice, read(back) if (back := request.GET.get("back")) else None)
    except (KeyError, NoChoice):
        return None


@contextmanager
def alone(me: Visitor) -> Iterator[None]:
    """One at a time for one person, in one transaction, so that two presses at once come one after the other."""
    with atomic():
        bulk.lock(connection, f"customer:{me.customer.pk}")
        if not Customer.objects.known().filter(pk=me.customer.pk).exists():
            raise LinkRefused("forgotten", me.customer.pk)
        yield


def receipt() -> str:
    """A number by which an answer can be spoken of: the person has it, and it stands with the evidence."""
    letters = "".join(secrets.choice(_LETTERS) for _place in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def proof(me: Visitor) -> dict[str, Any]:
    """Who, when, how and where, for the records."""
    return {"by": None, "at": me.at, "how": How.WEB, "evidence": me.evidence(receipt()), "place": me.place}


def blocks(me: Visitor) -> list[Suppression]:
    """What stands on the do-not-contact list for this person."""
    standing = Q(until=None) | Q(until__gt=me.at)
    return list(me.customer.suppressions.filter(standing, lifted_at=None).order_by("since"))


def too_young(at: datetime) -> str:
    """What somebody is told who cannot agree alone."""
    return _("Whoever is under %(age)s cannot agree alone: a parent or guardian has to. Please speak to us.") % {
        "age": home_pack(at).rules.age
    }


def medium_name(code: str) -> str:
    """A medium in words."""
    return str(MEDIA.get(code, code))


def said(choice: Choice) -> str:
    """What was done, in one sentence."""
    first = choice.of[0] if choice.of else ""
    if choice.kind == "topic":
        topic = Topic.objects.filter(pk=number(first)).first()
        yes, no = _("You will hear of “%(topic)s”."), _("You will not hear of “%(topic)s” any more.")
        return (yes if choice.of[-1] == "1" else no) % {"topic": topic or ""}
    if choice.kind == "often":
        if not first:
            return _("We write as often as we otherwise would.")
        count = number(first)
        words = ngettext(
            "You will get at most %(n)s advertising message in thirty days.",
            "You will get at most %(n)s advertising messages in thirty days.",
            count,
        )
        return words % {"n": count}
    if choice.kind in {"stop", "again"} and first:
        words = {"stop": _("We no longer send you advertising by this way: %(medium)s."),
                 "again": _("You receive advertising by this way again: %(medium)s.")}[choice.kind]  # fmt: skip
        return words % {"medium": medium_name(first)}
    sentences = {
        "stop": _("We no longer send you any advertising."),
        "again": _("You receive advertising as before."),
        "agree": _("Your agreement is recorded."),
        "refuse": _("Your agreement has ended."),
        "language": _("We write to you in this language from now on."),
        "lift": _("We may contact you again. Advertising comes only where you agree to it."),
        "automated": _("From the next time on, programs alone decide nothing about you.") if first == "0"
        else _("Programs may choose offers for you again."),
    }  # fmt: skip
    return sentences[choice.kind]


def _stop(me: Visitor, choice: Choice) -> Choice | None:
    medium = _medium(choice)
    opt_out(me.customer, channel=medium, **proof(me))
    return Choice("again", (medium,))


def _again(me: Visitor, choice: Choice) -> Choice | None:
    medium = _medium(choice)
    take_back(me.customer, channel=medium, **proof(me))
    return Choice("stop", (medium,))


def _topic(me: Visitor, choice: Choice) -> Choice | None:
    topic, wanted = Topic.objects.filter(pk=number(choice.of[0])).first(), choice.of[-1] == "1"
    if topic is None:
        raise NoChoice
    if dict(preferences.topics_of(me.customer))[topic] is not wanted:
        preferences.choose_topic(me.customer, topic, wanted=wanted, by=None, at=me.at)
    return Choice("topic", (choice.of[0], "0" if wanted else "1"))


def _often(me: Visitor, choice: Choice) -> Choice | None:
    before = preferences.frequency_of(me.customer)
    wish = number(choice.of[0]) if choice.of[0] else None
    if wish is not None and wish not in OFTEN:
        raise NoChoice
    if wish != before:
        preferences.wish_frequency(me.customer, per_month=wish, by=None, at=me.at)
    return Choice("often", ("" if before is None else str(before),)) if before in {None, *OFTEN} else None


def _language(me: Visitor, choice: Choice) -> Choice | None:
    language, before = choice.of[0], preferences.language_of(me.customer)
    if language not in LANGUAGES:
        raise NoChoice
    if language != before:
        preferences.wish_language(me.customer, language=language, by=None, at=me.at)
    return Choice("language", (before,)) if before else None


def _agree(me: Visitor, choice: Choice) -> Choice | None:
    """Bound to the very version that was shown."""
    text, channel = _asked(choice)
    now = standing(me.customer).last(text.purpose, channel=channel, recipient=text.recipient)
    if now is None or not now.granted or now.text_id != text.pk:
        record_form(me.customer, [NewAnswer(text.purpose, True, channel, text.recipient, text)], **proof(me))
    return Choice("refuse", choice.of)


def _refuse(me: Visitor, choice: Choice) -> Choice | None:
    text, channel = _asked(choice)
    if text.required:  # without it there is no member: leaving is a request of its own
        raise NoChoice
    now = standing(me.customer).last(text.purpose, channel=channel, recipient=text.recipient)
    if now is None or now.granted:
        record_form(me.customer, [NewAnswer(text.purpose, False, channel, text.recipient, text)], **proof(me))
    return Choice("agree", choice.of)


def _automated(me: Visitor, choice: Choice) -> Choice | None:
    granted = choice.of[0] == "1"
    now = standing(me.customer, purposes=[Purpose.AUTOMATED]).last(Purpose.AUTOMATED)
    if (now is None or now.granted) is not granted:
        record_form(me.customer, [NewAnswer(Purpose.AUTOMATED, granted)], **proof(me))
    return Choice("automated", ("0" if granted else "1",))


def _lift(me: Visitor, choice: Choice) -> Choice | None:
    for channel in {block.channel for block in blocks(me)}:
        lift_suppression(me.customer, channel=channel, by=None, at=me.at, how=How.WEB, why=me.evidence(receipt()))
    return None


def _medium(choice: Choice) -> str:
    if choice.of[0] not in MEDIA:
        raise NoChoice
    return choice.of[0]


def _asked(choice: Choice) -> tuple[ConsentText, str]:
    """The text and the medium of `agree:12:sms`."""
    text = ConsentText.objects.filter(pk=number(choice.of[0]), published_at__isnull=False).first()
    channel = choice.of[1]
    if text is None or text.purpose == Purpose.AUTOMATED or channel not in MEDIA:
        raise NoChoice
    if channel and text.purpose not in BY_MEDIUM:
        raise NoChoice
    return text, channel


def number(text: str) -> int:
    """A row's number as a form tells it; 0, which no row has, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


KINDS: dict[str, Act] = {
    "stop": _stop, "again": _again, "topic": _topic, "often": _often, "language": _language, "agree": _agree,
    "refuse": _refuse, "automated": _automated, "lift": _lift,
}  # fmt: skip
