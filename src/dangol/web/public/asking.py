"""What a person is asked to agree to: each purpose and medium by itself, with its text and what was said so far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import cached_property

from dangol.contact.delivery.queries import channels
from dangol.records.permission.models import Consent, ConsentText, Purpose
from dangol.records.permission.policy import Pack
from dangol.records.permission.reasons import MEDIA
from dangol.records.permission.standing import Standing
from dangol.records.permission.texts import Part, current_texts, ensure_texts, parts_of
from dangol.web.public.choosing import medium_name


@dataclass(frozen=True)
class Question:
    """One box to tick: a medium of a text, or the text itself; `last` is the answer that counts now."""

    text: ConsentText
    channel: str
    last: Consent | None

    @property
    def name(self) -> str:
        """What the form calls it."""
        return f"q{self.text.pk}:{self.channel}"

    @property
    def of(self) -> str:
        """What a choice calls it."""
        return f"{self.text.pk}:{self.channel}"

    @property
    def medium(self) -> str:
        """The medium in words."""
        return medium_name(self.channel)

    @property
    def agreed(self) -> Consent | None:
        """The agreement that stands."""
        return self.last if self.last is not None and self.last.granted else None

    @property
    def to_this(self) -> bool:
        """Whether what stands was agreed to with this version, in any language, or with a text that is not ours."""
        told = self.agreed.text if self.agreed else None
        return self.agreed is not None and (told is None or told.version >= self.text.version)


@dataclass(frozen=True)
class Asked:
    """One text with its questions."""

    text: ConsentText
    questions: list[Question]

    @cached_property
    def parts(self) -> list[Part]:
        """The text as it is shown."""
        return parts_of(self.text)

    @property
    def by_medium(self) -> bool:
        """Whether it is asked medium by medium."""
        return any(one.channel for one in self.questions)

    @property
    def settled(self) -> bool:
        """Whether everything was agreed to already, so that nothing is asked."""
        return all(one.to_this for one in self.questions)


def published(language: str, *, at: datetime) -> list[ConsentText]:
    """The texts that are shown now; a home that has none yet gets those that every home begins with."""
    if not ConsentText.objects.exists():
        ensure_texts(at=at)
    return list(current_texts(language))


def asked(answers: Standing, *, language: str, pack: Pack, at: datetime) -> list[Asked]:
    """Every text that is agreed to, what is required first; decisions by machine are objected to and not asked."""
    media = media_of(answers)
    found = [
        Asked(text, [_question(text, channel, answers) for channel in _channels(text, media, pack)])
        for text in published(language, at=at)
        if text.purpose != Purpose.AUTOMATED
    ]
    order = list(Purpose.values)
    asking = [one for one in found if one.questions]
    return sorted(asking, key=lambda one: (not one.text.required, order.index(one.text.purpose)))


def media_of(answers: Standing) -> list[str]:
    """The media that we can write by, and those the person spoke of, in the order of their words."""
    ours = {one.facts.called for one in channels().values() if one.facts.needs_consent}
    known = ours | answers.channels(Purpose.MARKETING)
    return [code for code in MEDIA if code and code in known]


def _channels(text: ConsentText, media: list[str], pack: Pack) -> list[str]:
    if text.purpose == Purpose.MARKETING:
        return media
    if text.purpose == Purpose.NIGHT:
        exempt = {*pack.rules.night_exempt, "dm"}
        return [code for code in media if code not in exempt] if pack.rules.night_begins else []
    return [""]


def _question(text: ConsentText, channel: str, answers: Standing) -> Question:
    return Question(text, channel, answers.last(text.purpose, channel=channel, recipient=text.recipient))
