"""What the business's own site tells of its visitors, by the API: page by page, put together to visits here."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Router, Schema

from dangol.contact.intake import web_events
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.api.doors import Sent, opened

router = Router(tags=["imports"])

Text = Annotated[str, Field(max_length=500)]


class SiteEvent(Sent):
    """One page or step of a visitor. `at` with its offset; `kind`: view, search, product, cart, order, other.

    `browser`: the mark your site gave the browser; `customer`: the number they signed in with; `agent`: what the
    browser calls itself. One of `browser` and `customer` must be there.
    """

    id: Annotated[str, Field(max_length=120)]
    at: Annotated[str, Field(max_length=40)]
    kind: Annotated[str, Field(max_length=40)] = web_events.VIEW
    path: Text
    browser: Annotated[str, Field(max_length=120)] = ""
    customer: Annotated[str, Field(max_length=120)] = ""
    agent: Text = ""
    campaign: Annotated[str, Field(max_length=120)] = ""


class SiteEvents(Sent):
    """Up to a thousand at once; best all of a visit together, once it is over."""

    events: Annotated[list[SiteEvent], Field(max_length=web_events.MOST)]


class RefusedEvent(Schema):
    """One that is wrong, and why, in a sentence."""

    id: str
    sentence: str


class TakenSiteEvents(Schema):
    """How many visits are new. `left_out`: events by why they are kept nowhere: robots, no_page, nobody_known,
    not_agreed (to having their behaviour kept), told_again."""

    visits: int
    left_out: dict[str, int]
    refused: list[RefusedEvent]


@opened(router, "POST", "/web/events", May.IMPORT, response=TakenSiteEvents, whole=True)
def tell_web_events(request: HttpRequest, told: SiteEvents) -> TakenSiteEvents:
    """Tell what visitors of your site read and did; the same events again change nothing."""
    events = [web_events.Event(**one.dict()) for one in told.events]
    taken = web_events.take_events(events, at=clock.now())
    return TakenSiteEvents(
        visits=taken.visits, left_out=dict(taken.left_out),
        refused=[RefusedEvent(id=number, sentence=why) for number, why in taken.refused],
    )  # fmt: skip
