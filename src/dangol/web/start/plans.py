"""What each demo plans on its first round: the campaign a newcomer sees the result of."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any


@dataclass(frozen=True)
class DemoContract:
    """What the demo's dealers agreed to on the day its history begins."""

    status: str
    purpose: str
    items: str


@dataclass(frozen=True)
class DemoDetails:
    """What the demo's business says its further details are for, and how it calls each."""

    purpose: str
    basis: str
    labels: dict[str, str]


@dataclass(frozen=True)
class DemoCost:
    """What the demo's business spent on its first campaign besides the offer, in minor units."""

    purpose: str
    channel: str
    amount: int


@dataclass(frozen=True)
class DemoPlan:
    """The first campaign of a demo, and what it has to spend next. The name is also its salt and was never tuned."""

    business: str
    name: str
    rule: dict[str, Any]
    offer: str
    channel: str
    subject: str
    body: str
    estimator: str
    budget: int  # minor units, within which its first look at what to do chooses
    ends_on: datetime | None = None  # the clock after the round: the last day as the business counts days
    dealers: DemoContract | None = None
    details: DemoDetails | None = None
    points_months: int = 0  # so long its points can be used
    spent: DemoCost | None = None  # of real data nobody knows


PLANS = {
    "dairy": DemoPlan(
        business="푸른들유업",
        name="가을 감사 선물",
        rule={"line": ["home_delivery"], "region": ["II"]},
        offer="care",
        channel="shown_sms",
        subject="",
        body="{{이름}}님, 늘 문 앞에서 기다려 주셔서 고맙습니다. 이번 주 배달 때 감사 선물을 함께 드려요.",
        estimator="adjusted",
        budget=20_000_000,
        ends_on=datetime(2026, 11, 22, 23, 59, 59, tzinfo=timezone(timedelta(hours=9))),
        dealers=DemoContract("processor", "가정배달과 고객 상담", "이름, 연락처, 주소, 배달과 상담 이력"),
        points_months=12,
        spent=DemoCost("keep", "감사 카드 인쇄", 480_000),
        details=DemoDetails(
            "월령에 맞는 안내와 선물을 보내려고", "consent", {"due_date": "출산 예정일", "child_born": "아이 태어난 날"}
        ),
    ),
    "retail": DemoPlan(
        business="Complete Journey",
        name="Autumn till coupon",
        rule={"region": ["I", "II", "III"]},
        offer="coupon",
        channel="till_coupon",
        subject="",
        body="Thank you for shopping with us. $2 off your next basket.",
        estimator="adjusted",
        budget=200_000,
        ends_on=datetime(2017, 12, 31, 23, 59, 59, tzinfo=timezone(timedelta(hours=-5))),
    ),
}
