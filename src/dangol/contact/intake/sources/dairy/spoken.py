"""What customers of the dairy write of their own accord: reviews of what they bought, suggestions, and what they add to
a survey. How somebody feels about the dairy says how it sounds; complaints by telephone stand among the contacts.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from dangol.contact.intake.sources.dairy import spoken_words
from dangol.contact.intake.sources.dairy.assumptions import DAY, Real, Whole, Words, moments, stream
from dangol.contact.intake.sources.dairy.goods import goods
from dangol.contact.intake.sources.dairy.realised import Realised
from dangol.contact.intake.sources.dairy.surveys import Wave
from dangol.contact.intake.sources.dairy.traits import World
from dangol.contact.intake.sources.dairy.wordings import with_particles

MONTH = 30 * DAY
WRITES = 0.012  # of those who bought lately, a month
SUGGESTS = 0.12  # of what is written is a wish, and of nothing bought
ADDS = 0.10  # of those who answer a survey
MIXED = 0.15  # is neither glad nor unhappy
QUESTION = "그 밖에 하고 싶은 말씀을 적어 주세요."


@dataclass(frozen=True)
class Written:
    """Texts of one kind; `product` is empty where none is meant. Times in seconds."""

    ref: Words
    who: Whole
    time: Whole
    kind: Words
    product: Words
    subject: str
    text: Words


def feedback(of: World, events: Realised, asked: list[Wave], *, since: int, until: int) -> dict[str, object]:
    """What was written in [since, until) as columns of its feed, in order of time."""
    parts = [*_of_purchases(of, events, since=since, until=until), *(_added(of, wave) for wave in asked)]
    if not parts:
        return {}
    time = np.concatenate([part.time for part in parts])
    rows = np.flatnonzero((time >= since) & (time < until))
    rows = rows[np.argsort(time[rows], kind="stable")]
    columns: dict[str, object] = {
        "customer": of.people.external_id[np.concatenate([part.who for part in parts])[rows]],
        "time": moments(time[rows]),
        "touchpoint": np.full(len(rows), "web", dtype=object),
        "subject": np.concatenate([np.full(len(part.who), part.subject, dtype=object) for part in parts])[rows],
    }
    for name in ("ref", "kind", "product", "text"):
        columns[name] = np.concatenate([getattr(part, name) for part in parts])[rows]
    return columns


def _of_purchases(of: World, events: Realised, *, since: int, until: int) -> Iterator[Written]:
    """Month by month, each from numbers of its own: the same texts however far one looks."""
    bought = _Bought.of(events)
    for month in range(max(since, 0) // MONTH, -(-until // MONTH)):
        random = stream("spoken", of.seed, month)
        writes, when, sort, mood, words = random.random((5, len(of.rate)))
        who = np.flatnonzero(writes < WRITES)
        time = month * MONTH + (when[who] * MONTH).astype(np.int64)
        last = bought.before(who, time)
        kept = last >= 0
        who, time, last = who[kept], time[kept], last[kept]
        product = bought.product[last]
        wishes = sort[who] < SUGGESTS
        texts = np.where(
            wishes,
            _filled(spoken_words.WISHES, spoken_words.CLOSINGS[-1], words[who], goods().spoken[product]),
            _by_mood(spoken_words.REVIEWS, _mood(of, who, mood[who]), words[who], goods().spoken[product]),
        )
        code = goods().code[product]
        code[wishes] = None  # a wish is of the business
        names = of.people.external_id[who]
        yield Written(
            ref=np.array([f"spoken-{month:03d}-{name}" for name in names], dtype=object), who=who, time=time,
            kind=np.where(wishes, "suggestion", "review").astype(object),
            product=code, subject="", text=texts,
        )  # fmt: skip


@dataclass(frozen=True)
class _Bought:
    """Purchases by customer and time, to be searched: `key` rises; the product is that of the first line."""

    key: Whole
    product: Whole

    SPAN = 10**10  # seconds, more than any history

    @classmethod
    def of(cls, events: Realised) -> "_Bought":
        key = events.purchases.who.astype(np.int64) * cls.SPAN + events.purchases.time
        order = np.argsort(key, kind="stable")
        first = np.searchsorted(events.lines.purchase, order)
        return cls(key[order], np.asarray(events.lines.product[first]))

    def before(self, who: Whole, time: Whole) -> Whole:
        """The last purchase of each within a month before the moment; −1 where there is none."""
        moment = who.astype(np.int64) * self.SPAN + time
        last = np.searchsorted(self.key, moment) - 1
        near = (last >= 0) & (self.key[np.maximum(last, 0)] >= moment - np.minimum(MONTH, time))
        return np.asarray(np.where(near, last, -1))


def _added(of: World, wave: Wave) -> Written:
    """What some add in their own words to a survey they answered."""
    random = stream("added", of.seed, int(wave.name))
    adds, mood, words = random.random((3, len(of.rate)))
    rows = np.flatnonzero(adds[wave.answered] < ADDS)
    who = wave.answered[rows]
    nothing = np.full(len(who), "", dtype=object)
    names = of.people.external_id[who]
    return Written(
        ref=np.array([f"survey-{wave.name}-{name}-words" for name in names], dtype=object), who=who,
        time=wave.time[rows], kind=np.full(len(who), "opinion", dtype=object),
        product=np.full(len(who), None, dtype=object), subject=QUESTION,
        text=_by_mood(spoken_words.OPINIONS, _mood(of, who, mood[who]), words[who], nothing),
    )  # fmt: skip


def _mood(of: World, who: Whole, uniform: Real) -> Whole:
    """0 unhappy, 1 mixed, 2 glad: the more satisfied somebody is, the more often glad."""
    glad = (1 - MIXED) / (1 + np.exp(-1.3 * of.general[who] - 0.4))
    return np.asarray(np.where(uniform < glad, 2, np.where(uniform < glad + MIXED, 1, 0)))


def _by_mood(templates: tuple[tuple[str, ...], ...], mood: Whole, uniform: Real, products: Words) -> Words:
    texts = np.full(len(mood), "", dtype=object)
    for number, some in enumerate(templates):
        here = mood == number
        texts[here] = _filled(some, spoken_words.CLOSINGS[number], uniform[here], products[here])
    return texts


def _filled(templates: tuple[str, ...], closings: tuple[str, ...], uniform: Real, products: Words) -> Words:
    """A template for each, and after some a closing word, both by digits of one uniform number."""
    choice = np.minimum(uniform * len(templates), len(templates) - 1).astype(int)
    closing = (uniform * len(templates) % 1 * len(closings)).astype(int)
    texts = [
        (with_particles(templates[one], product) if product else templates[one]) + closings[end]
        for one, end, product in zip(choice.tolist(), closing.tolist(), products.tolist(), strict=True)
    ]
    return np.array(texts, dtype=object)
