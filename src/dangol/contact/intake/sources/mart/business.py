"""The chain of shops as a source whose feeds come part by part, so that memory does not grow with its size."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

import numpy as np

from dangol.contact.intake.campaigns_of_entry import came_by
from dangol.contact.intake.feeds import Feed, made
from dangol.contact.intake.korean_places import districts, places
from dangol.contact.intake.sources.mart.assumptions import (
    ASKED,
    CLOSES,
    DAY,
    MAIL,
    PART,
    SHOPS,
    SMS,
    WEEK,
    WEEKS,
    moments,
    stream,
)
from dangol.contact.intake.sources.mart.people import People, people
from dangol.contact.intake.sources.mart.shelves import shelves
from dangol.contact.intake.sources.mart.tills import lines

HEAD_OFFICE = "HQ"
EVIDENCE = "회원 가입 신청서"


@dataclass(frozen=True)
class Mart:
    """A simulated chain of shops in won with so many customers and lines; the same seed makes the same one."""

    customers: int
    lines: int
    seed: int = 1

    currency = "KRW"
    time_zone = "Asia/Seoul"
    closes_at = CLOSES.replace(tzinfo=ZoneInfo("Asia/Seoul")) - timedelta(seconds=1)

    @property
    def parts(self) -> int:
        """Into how many parts the customers are divided."""
        return max(1, -(-self.customers // PART))

    def people(self, part: int) -> People:
        """The customers of one part, from 0."""
        return people(self.seed, part, min(PART, self.customers - part * PART))

    def first_feeds(self) -> Iterator[Feed]:
        """What everything else refers to: units and products."""
        codes = [HEAD_OFFICE, *(f"S{n + 1:02d}" for n in range(SHOPS))]
        names = ["본사", *(f"{districts()[n * 7 % 40][1][:-1]}점" for n in range(SHOPS))]
        kinds = ["head_office", *["shop"] * SHOPS]
        parents = [None, *[HEAD_OFFICE] * SHOPS]
        yield made("units", {"code": codes, "name": names, "kind": kinds, "parent": parents})
        goods = shelves()
        yield made(
            "products", {"code": goods.code, "name": goods.name, "category": goods.category, "unit_price": goods.price}
        )

    def feeds(self, part: int) -> Iterator[Feed]:
        """One part of the customers: who they are, what they agreed to, what they bought."""
        who = self.people(part)
        if len(who.external_id):
            yield made("customers", _customers(who))
            yield made("consents", _consents(who, stream("consents", self.seed, part)))
        share = self.lines * (part + 1) // self.parts - self.lines * part // self.parts
        if share:
            yield made("transactions", lines(self.seed, part, who, share))


def _customers(who: People) -> dict[str, object]:
    return {
        **{
            name: getattr(who, name)
            for name in ("external_id", "full_name", "household", "postcode", "address", "phone", "email", "source")
        },
        "birth_date": who.birth_date,
        "gender": np.where(who.woman, "f", "m").astype(object),
        "unit": np.array([f"S{n + 1:02d}" for n in range(SHOPS)], dtype=object)[who.shop],
        "registered_at": moments(who.registered),
        "came_by": came_by(who.source, moments(who.registered)),
        "place": places(who.district),
    }


def _consents(who: People, random: np.random.Generator) -> dict[str, object]:
    """Collection when they registered; of those asked about advertising, a yes or no by text message and e-mail."""
    everybody = np.arange(len(who.external_id))
    asked = everybody[random.random(len(everybody)) < ASKED]
    phone, email = who.phone[asked] != None, who.email[asked] != None  # noqa: E711 -- element by element
    answers = (
        (everybody, "collection", "", np.ones(len(everybody), dtype=bool)),
        (asked, "marketing", "sms", (random.random(len(asked)) < SMS) & phone),
        (asked, "marketing", "email", (random.random(len(asked)) < MAIL) & email),
    )
    rows = np.concatenate([answer[0] for answer in answers])
    # Asked again every second year, as the law wants it: the last answer lies within the last two years.
    age = (WEEKS * WEEK - who.registered[rows]) % (100 * WEEK)
    return {
        "customer": who.external_id[rows],
        "purpose": np.concatenate([np.full(len(answer[0]), answer[1], dtype=object) for answer in answers]),
        "channel": np.concatenate([np.full(len(answer[0]), answer[2], dtype=object) for answer in answers]),
        "granted": np.concatenate([answer[3] for answer in answers]),
        "answered_at": moments(WEEKS * WEEK - np.maximum(age, DAY)),
        "evidence": np.full(len(rows), EVIDENCE, dtype=object),
        "text_version": np.full(len(rows), "2024-03", dtype=object),
    }
