"""Groups of customers by the API: the RFM grid, groups found, standings, what customers come for."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest
from ninja import Field, Router, Schema

from dangol.insight.analysis.groups.names import GROUPS_KIND, RFM_KIND
from dangol.insight.analysis.queries import latest_run
from dangol.insight.warehouse.rfm import FEWEST, MOST, SCORES
from dangol.lib.languages import speaks
from dangol.records.staff.roles import May
from dangol.web.api.doors import Sent, opened
from dangol.web.api.works import Work, told_of
from dangol.web.insight.groups import tasks
from dangol.web.insight.groups.told import Line, told
from dangol.web.shell.viewer import viewer
from dangol.web.start import work

router = Router(tags=["insight"])


class RfmCell(Schema):
    """Customers of one cell (scores from 1, the worst), and the net revenue they ever brought in, minor units."""

    recency: int
    frequency: int
    monetary: int
    customers: int
    revenue: int


class RfmCut(Schema):
    """The lowest and highest value that got a score: days_since_last, purchase_count or net_revenue (minor units)."""

    measure: str
    score: int
    low: int
    high: int
    customers: int


class KindOfCustomer(Schema):
    """Customers of one kind, `code` being what lists and segments ask for; customers is null where it is not known."""

    code: str
    name: str
    rule: str
    customers: int | None
    share: float
    revenue: float
    revenue_share: float


class GroupFound(KindOfCustomer):
    """A group found in the data; stability: the mean Jaccard share when customers are drawn anew."""

    stability: float
    buys: str


class GroupsOfCustomers(Schema):
    """What was found when groups were last looked for. `side_by_side` holds counts and shares with 95 % intervals."""

    as_of: datetime
    bins: int
    without_purchase: int
    cells: list[RfmCell]
    cuts: list[RfmCut]
    sentence: str
    groups: list[GroupFound]
    standing: list[KindOfCustomer]
    sensitive: list[KindOfCustomer]
    side_by_side: dict[str, Any]


class LookForGroups(Sent):
    """Into how many steps each RFM score is cut."""

    bins: int = Field(SCORES, ge=FEWEST, le=MOST)


@opened(router, "GET", "/insight/groups", May.SEE_VALUES, response=GroupsOfCustomers, whole=True)
def get_groups(request: HttpRequest) -> GroupsOfCustomers:
    """What was found when groups were last looked for; 404 where nobody has looked yet."""
    scored, grouped = latest_run(RFM_KIND), latest_run(GROUPS_KIND)
    if scored is None or grouped is None:
        raise Http404("groups")
    found = told(grouped)
    names = ("recency", "frequency", "monetary", "customers", "revenue")
    return GroupsOfCustomers(
        as_of=grouped.as_of, bins=scored.summary["bins"], without_purchase=scored.summary["without_purchase"],
        cells=[RfmCell(**dict(zip(names, row, strict=True))) for row in scored.summary["cells"]],
        cuts=[RfmCut(**cut) for cut in scored.summary["cuts"]], sentence=found.sentence,
        groups=[GroupFound(**_kind(one).dict(), stability=one.stability, buys=one.buys) for one in found.groups],
        standing=[_kind(one) for one in found.standing], sensitive=[_kind(one) for one in found.sensitive],
        side_by_side=grouped.summary["side_by_side"],
    )  # fmt: skip


@opened(router, "POST", "/insight/groups/look", May.SEE_VALUES, response=Work, whole=True)
def look_for_groups(request: HttpRequest, wanted: LookForGroups) -> Work:
    """Look for groups anew, beside the pages."""
    work.start(tasks.KEY, tasks.look, wanted.bins, viewer(request).user.pk, speaks())
    return told_of(tasks.KEY)


@opened(router, "GET", "/insight/groups/look", May.SEE_VALUES, response=Work, whole=True)
def get_groups_look(request: HttpRequest) -> Work:
    """How the looking stands."""
    return told_of(tasks.KEY)


def _kind(one: Line) -> KindOfCustomer:
    return KindOfCustomer(
        code=one.code, name=one.name, rule=one.rule, customers=one.customers, share=one.share, revenue=one.revenue,
        revenue_share=one.revenue_share,
    )  # fmt: skip
