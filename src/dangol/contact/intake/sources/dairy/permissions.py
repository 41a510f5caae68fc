"""What people agreed to: collection when they registered, advertising by each means, and changes of mind."""

from dataclasses import dataclass

import numpy as np

from dangol.contact.intake.sources.dairy.assumptions import (
    DAY,
    OPENS,
    REMINDED,
    Flags,
    Real,
    Whole,
    Words,
    moments,
    seconds,
    stream,
)
from dangol.contact.intake.sources.dairy.people import People

WITHDRAWN = 0.05  # share of those who agreed to text messages and took it back by the opening
NIGHT = 0.12  # share of those who agreed to text messages who also agreed to them at night
THIRD_PARTY = 0.18
EMAIL, DM = 0.58, 0.83  # shares among those asked; e-mail only where there is an address


@dataclass(frozen=True)
class Permissions:
    """Answers given, and which customers may get mail by post (until when, in seconds)."""

    who: Whole
    purpose: Words
    channel: Words
    granted: Flags
    time: Whole
    by_post: Flags

    def columns(self, people: People, *, since: int, until: int) -> dict[str, object]:
        """The consents of [since, until) as columns of their feed."""
        rows = np.flatnonzero((self.time >= since) & (self.time < until))
        rows = rows[np.argsort(self.time[rows], kind="stable")]
        who = self.who[rows]
        home, granted = people.line[who] == 1, self.granted[rows]
        withdrawn = self.time[rows] > people.registered[who] + DAY
        paper = np.where(home, "신청서(대리점)", "회원 가입 신청서")
        return {
            "customer": people.external_id[who],
            "purpose": self.purpose[rows],
            "channel": self.channel[rows],
            "granted": granted,
            "answered_at": moments(self.time[rows]),
            "evidence": np.where(withdrawn, "수신 거부 전화", paper).astype(object),
            "text_version": np.where(people.registered[who] < 0, "2020-08", "2024-03").astype(object),
            "reminded_at": self._reminded(rows, until=until),
        }

    def _reminded(self, rows: Whole, *, until: int) -> np.ndarray:
        """When each was told that the consent stands: on one day, everybody who had agreed to advertising by then."""
        told = seconds(REMINDED)
        agreed = (self.purpose[rows] == "marketing") & self.granted[rows] & (self.time[rows] < told)
        return np.where(agreed & (told < until), moments(np.full(len(rows), told)), np.datetime64("NaT", "us"))


def permissions(people: People, seed: int) -> Permissions:
    """All answers of this seed's customers, changes of mind included."""
    random = stream("permissions", seed)
    count = len(people.line)
    everybody = np.arange(count)
    asked = np.flatnonzero(random.random(count) < people.parameter("asked"))
    sms = random.random(count) < people.parameter("sms")
    sms &= people.phone != None  # noqa: E711 -- element by element
    email = (random.random(count) < EMAIL) & (people.email != None)  # noqa: E711
    by_post = random.random(count) < DM
    answers = [
        _answers(everybody, "collection", "", np.ones(count, dtype=bool), people.registered),
        *(
            _answers(asked, "marketing", channel, granted, people.registered)
            for channel, granted in (("sms", sms), ("email", email), ("dm", by_post))
        ),
        _answers(asked[sms[asked]], "night", "sms", random.random(count) < NIGHT, people.registered),
        _answers(everybody[people.line == 0], "third_party", "", random.random(count) < THIRD_PARTY, people.registered),
    ]
    regrets = asked[sms[asked] & (random.random(len(asked)) < WITHDRAWN)]
    later = _later(people.registered, random.random(count))
    answers.append(_answers(regrets, "marketing", "sms", np.zeros(count, dtype=bool), later))
    who, purpose, channel, granted, time = (np.concatenate(parts) for parts in zip(*answers, strict=True))
    agreed = np.zeros(count, dtype=bool)
    agreed[asked] = by_post[asked]
    return Permissions(who, purpose, channel, granted, time, agreed)


def _answers(
    who: Whole, purpose: str, channel: str, granted: Flags, time: Whole
) -> tuple[Whole, Words, Words, Flags, Whole]:
    """One answer each of the customers `who`; `granted` and `time` are by customer."""
    words = [np.full(len(who), word, dtype=object) for word in (purpose, channel)]
    return who, words[0], words[1], granted[who], time[who]


def _later(registered: Whole, uniform: Real) -> Whole:
    """A moment between the second day after registration and eight weeks after the opening."""
    last = seconds(OPENS) + 56 * DAY
    first = np.maximum(registered, 0) + 2 * DAY
    return np.asarray(first + uniform * np.maximum(last - first, 0)).astype(np.int64)
