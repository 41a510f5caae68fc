"""The dairy as a source: what is known of it until a moment, and the weeks after under any messages."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from dangol.contact.intake.campaigns_of_entry import came_by
from dangol.contact.intake.feeds import Feed, made
from dangol.contact.intake.korean_places import places
from dangol.contact.intake.sources.dairy.assumptions import (
    CLOSES,
    LINES,
    OPENS,
    STARTS,
    USUAL_OFFER,
    Whole,
    Words,
    moments,
    seconds,
)
from dangol.contact.intake.sources.dairy.contacts import interactions
from dangol.contact.intake.sources.dairy.effect import NOBODY, responses, true_effect
from dangol.contact.intake.sources.dairy.goods import goods
from dangol.contact.intake.sources.dairy.people import NEVER, People
from dangol.contact.intake.sources.dairy.permissions import permissions
from dangol.contact.intake.sources.dairy.places import HEAD_OFFICE, dealer_codes, units
from dangol.contact.intake.sources.dairy.points import points
from dangol.contact.intake.sources.dairy.realised import Realised, realised
from dangol.contact.intake.sources.dairy.response import Messages, messages
from dangol.contact.intake.sources.dairy.spending import spending
from dangol.contact.intake.sources.dairy.spoken import feedback
from dangol.contact.intake.sources.dairy.standing_orders import standing_orders
from dangol.contact.intake.sources.dairy.surveys import Wave, answers, waves
from dangol.contact.intake.sources.dairy.tills import lines_of
from dangol.contact.intake.sources.dairy.traits import World, world
from dangol.contact.intake.sources.dairy.truth import truth

ZONE = ZoneInfo("Asia/Seoul")
SEED = 7
BEFORE = seconds(datetime.fromisoformat("1900-01-01"))


class Dairy:
    """A simulated dairy in won: 6,000 members of a mothers' club, 6,000 home-delivery customers.

    The same seed gives the same dairy. What is invented about it stands in `assumptions`.
    """

    name = "dairy"
    real = False
    currency = "KRW"
    time_zone = "Asia/Seoul"
    opens_at = OPENS.replace(tzinfo=ZONE)
    closes_at = CLOSES.replace(tzinfo=ZONE)
    notice = (
        "Simulated: a dairy invented after the case of Park and Kim (Dynamic CRM, section V)."
        " No person, address or number in it is real."
    )

    def __init__(self, *, seed: int = SEED) -> None:
        self.seed = seed

    @property
    def world(self) -> World:
        """What is true of this dairy's customers; for proofs, never for pages."""
        return world(self.seed)

    def feeds(self, *, until: datetime) -> Iterator[Feed]:
        """Everything strictly before `until`, as if no message of ours had been sent."""
        return _feeds(self.world, BEFORE, _from_the_first_day(until), NOBODY)

    def following(self, *, since: datetime, until: datetime, sent: pa.Table) -> Iterator[Feed]:
        """The rows of [since, until) in a world where the messages of `sent` arrived.

        History is settled: a message from before `opens_at` counts as one sent then. Raises
        UnknownCustomers.
        """
        window = _from_the_first_day(since), _from_the_first_day(until)
        return _feeds(self.world, *window, messages(self.world, sent))

    def truth(self, at: datetime) -> pa.Table:
        """What is true of every customer at the aware moment `at`; columns as in `dairy.truth`."""
        return truth(self.world, _from_the_first_day(at))

    def true_effect(self, customers: Words, *, since: datetime, until: datetime, offer: str = USUAL_OFFER) -> Whole:
        """Each customer's Y1 − Y0 in won of net revenue within [since, until), if sent `offer` at `since`.

        The mean over an audience is what a campaign's interval must cover. Raises UnknownCustomers.
        """
        window = _from_the_first_day(since), _from_the_first_day(until)
        return true_effect(self.world, customers, *window, offer)

    def responses(
        self, audience: Words, *, response_seed: int, since: datetime, until: datetime, offer: str = USUAL_OFFER
    ) -> tuple[Whole, Whole]:
        """Both outcomes (y0, y1) of the audience in won, redrawn on the same business; see `effect.responses`."""
        window = _from_the_first_day(since), _from_the_first_day(until)
        return responses(self.world, audience, response_seed, *window, offer)


def _from_the_first_day(at: datetime) -> int:
    """An aware moment as whole seconds from the first day of history in Seoul."""
    return seconds(at.astimezone(ZONE).replace(tzinfo=None))


def _feeds(of: World, since: int, until: int, sent: Messages) -> Iterator[Feed]:
    events = realised(of, until=until, sent=sent)
    return told(of, events, waves(of, events, until=until), sent, since=since, until=until)


def told(of: World, events: Realised, asked: list[Wave], sent: Messages, *, since: int, until: int) -> Iterator[Feed]:
    """What took place and what was answered within [since, until), as the dairy hands it over."""
    allowed = permissions(of.people, of.seed)
    if since <= 0:
        yield _units()
        yield _products()
    columns: dict[str, dict[str, object]] = {
        "customers": _customers(of.people, since=since, until=until),
        "consents": allowed.columns(of.people, since=since, until=until),
        "transactions": lines_of(of, events, since=since, until=until),
        "points": points(of, events, since=since, until=until),
        "interactions": interactions(of, events, allowed, asked, since=since, until=until),
        "answers": answers(of, asked, since=since, until=until),
        "feedback": feedback(of, events, asked, since=since, until=until),
        "subscriptions": standing_orders(of, sent, since=since, until=until),
        "costs": spending(of, since=since, until=until),
    }
    for kind, values in columns.items():
        feed = made(kind, values)
        if feed.table.num_rows:
            yield feed


def _units() -> Feed:
    tree = units()
    return made("units", {"code": tree.code, "name": tree.name, "kind": tree.kind, "parent": tree.parent})


def _products() -> Feed:
    shelf = goods()
    return made(
        "products",
        {"code": shelf.code, "name": shelf.name, "category": shelf.category, "unit_price": shelf.price},
    )


def _customers(who: People, *, since: int, until: int) -> dict[str, object]:
    """Who registered in [since, until), as far as is known of them by then."""
    rows = np.flatnonzero((who.registered >= since) & (who.registered < until))
    rows = rows[np.argsort(who.registered[rows], kind="stable")]
    club = who.line[rows] == 0
    names = np.array([line.name for line in LINES], dtype=object)
    columns: dict[str, object] = {
        name: getattr(who, name)[rows]
        for name in ("external_id", "full_name", "household", "postcode", "address", "phone", "email", "source")
    }
    return columns | {
        "birth_date": who.birth_date[rows],
        "gender": np.where(who.woman[rows], "f", "m").astype(object),
        "line": names[who.line[rows]],
        "unit": np.where(club, HEAD_OFFICE, dealer_codes()[who.dealer[rows]]),
        "registered_at": moments(who.registered[rows]),
        "came_by": came_by(who.source[rows], moments(who.registered[rows])),
        "place": places(who.district[rows]),
        "attributes": np.array([_attributes(born, until) for born in who.child_born[rows].tolist()], dtype=object),
    }


def _attributes(born: int, until: int) -> str:
    """What the club knows of the child: when it is due, or when it was born."""
    if born == NEVER:
        return "{}"
    day = (STARTS + timedelta(seconds=born)).date().isoformat()
    return json.dumps({"child_born" if born < until else "due_date": day})
