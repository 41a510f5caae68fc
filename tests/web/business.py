"""A small business for tests of pages: customers with values, purchases, a campaign, its result."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from django.test import Client

from dangol.contact.delivery.models import Displayed
from dangol.decisions.campaigns.models import Campaign, Series
from dangol.decisions.campaigns.repeating.actions import plan_series
from dangol.decisions.segments.models import Segment
from dangol.insight.analysis.models import Effect, FeedbackTone, Run, Score, Tone
from dangol.insight.relationship.models import Parts
from dangol.records.catalog.models import Offer, Product
from dangol.records.customers import search_index
from dangol.records.customers.models import ContactPoint, Customer, Household, Identity
from dangol.records.ledger.models import Assignment, Interaction, OrderLine, Transaction, Withholding
from dangol.records.outbox.models import Message
from dangol.records.permission.asking import ChannelFacts
from dangol.records.permission.models import Consent
from dangol.records.staff.models import User
from dangol.records.voices.models import Feedback, SurveyAnswer

NOW = datetime(2026, 11, 22, tzinfo=timezone(timedelta(hours=9)))
NAMES = ("정다은", "오세훈", "남궁민서", "황보라", "한지민", "배수아", "문태오", "김도윤")
LINES = ("home_delivery", "mothers_club")
# value to the customer, value to the company, region
PLACES = ((12.0, 91.0, "II"), (74.0, 31.0, "I"), (58.0, 63.0, "III"), (None, 40.0, "unknown"))


def summary(regions: dict[str, int]) -> dict[str, object]:
    """What a valuation says of itself, as far as pages read it."""
    part = {"measured": 10, "estimated": 10, "unknown": 0}
    group = {"customers": 10, "valued": 9, "customer_value": 40.0, "customer_equity": 60.0, "region": "II"}
    return {
        "regions": regions,
        "equity_total": {"value": 4.1e8, "low": 3.9e8, "high": 4.3e8},
        "equity_parameter_sd": {},
        "groups": {line: {**group, "major": 9.0, "minor": 5.0, "angle": 20.0} for line in LINES},
        "social": {"answered": 6, "share_answered": 0.31, "correlation": 0.41, "floor": 0.3, "estimated": 10},
        "parts": dict.fromkeys(("economic_value", "social_value", "relationship_cost"), part),
        "parts_known": [0, 0, 0, 20],
        "notes": [],
        "bins": {"": []},
        "rug": [0] * 101,
        "fits": [],
    }


def business(people: int = 8) -> list[Customer]:
    """Make the customers, one after the other in the four regions, valued by one finished run."""
    milk = Product.objects.create(code="milk", name="저지방 우유 900mL")
    home = Household.objects.create(code="h1")
    regions = dict.fromkeys(("I", "II", "III", "unknown"), 0)
    run = Run.objects.create(
        kind="relationship", as_of=NOW, lake_version="v000001", started_at=NOW, finished_at=NOW,
        parameters={"tolerance": 15.0, "horizon_months": 36, "margin_rate": 0.3, "minute_value": 200},
    )  # fmt: skip
    made = customers(range(people), run, milk, regions, home)
    run.summary = summary(regions)
    run.save()
    search_index.index(one.pk for one in made)
    return made


def customers(numbers: range, run: Run, milk: Product, regions: dict[str, int], home: Household) -> list[Customer]:
    """People, each with a number, a consent, two purchases, a complaint, an answer, and both values."""
    made = Customer.objects.bulk_create(
        Customer(
            full_name=NAMES[number % len(NAMES)], line=LINES[number % 2], registered_at=NOW - timedelta(days=800),
            place="마포구", household=home if number in (0, 7) else None,
        )
        for number in numbers
    )  # fmt: skip
    people = dict(zip(numbers, made, strict=True))
    _known(people)
    _valued(people, run, regions)
    _dealt_with(people, milk)
    return made


def _known(people: dict[int, Customer]) -> None:
    """A number and a consent of each."""
    ContactPoint.objects.bulk_create(
        ContactPoint(
            customer=one, kind="mobile", value=f"+8210555{number:05d}", tail=f"{number:04d}",
            valid_from=NOW - timedelta(days=800),
        )
        for number, one in people.items()
    )  # fmt: skip
    Consent.objects.bulk_create(
        Consent(
            customer=one, purpose="marketing", channel="sms", granted=number % 3 != 0,
            answered_at=NOW - timedelta(days=700), how="paper", evidence="form 12",
        )
        for number, one in people.items()
    )  # fmt: skip


def _dealt_with(people: dict[int, Customer], milk: Product) -> None:
    """Two purchases, a complaint and an answer of each."""
    identities = Identity.objects.bulk_create(
        Identity(customer=one, source="test", external_id=f"T{number:05d}") for number, one in people.items()
    )
    sales = Transaction.objects.bulk_create(
        Transaction(
            identity=identity, source="test", receipt=f"{number}-{back}", at=NOW - timedelta(days=back), amount=13_400,
            currency="KRW", channel="delivery",
        )
        for number, identity in zip(people, identities, strict=True) for back in (10, 40)
    )  # fmt: skip
    OrderLine.objects.bulk_create(
        line
        for sale in sales
        for line in (
            OrderLine(transaction=sale, position=0, at=sale.at, product=milk, quantity=2, amount=9_000,
                      price_discount=600),
            OrderLine(transaction=sale, position=1, at=sale.at, description="요거트", quantity=1, amount=4_400),
        )
    )  # fmt: skip
    Interaction.objects.bulk_create(
        Interaction(
            identity=identity, source_ref=f"test:{number}", kind="complaint", direction="in",
            at=NOW - timedelta(days=5), touchpoint="phone", text="이번 달만 세 번째예요.", minutes=12,
        )
        for number, identity in zip(people, identities, strict=True)
    )  # fmt: skip
    SurveyAnswer.objects.bulk_create(
        SurveyAnswer(
            identity=identity, source="test", ref=f"a{number}", survey="가을 설문", item="q1", dimension="trust",
            score=2, scale_min=1, scale_max=5, at=NOW - timedelta(days=20),
        )
        for number, identity in zip(people, identities, strict=True)
    )  # fmt: skip


def _valued(people: dict[int, Customer], run: Run, regions: dict[str, int]) -> None:
    """The scores of each, and what they were worked out from; how many are in each region."""
    scores: list[Score] = []
    for number, one in people.items():
        cv, ce, region = PLACES[number % len(PLACES)]
        regions[region] += 1
        scores += [_score(run, one, "customer_equity", ce),
                   _score(run, one, "region", None if cv is None else cv - ce, text=region)]  # fmt: skip
        if cv is not None:
            scores.append(_score(run, one, "customer_value", cv))
    Score.objects.bulk_create(scores)
    Parts.objects.bulk_create(
        Parts(
            run=run, customer=one, economic_value=14_200, social_value=0.34, social_value_low=0.306,
            social_value_high=0.374, social_estimated=1, relationship_cost=39_800, economic_rank=30, social_rank=22,
            social_rank_low=19.8, social_rank_high=24.2, cost_rank=81, parts_known=3, potential=ce * 20_000,
            potential_low=ce * 18_000, potential_high=ce * 22_000, commitment=0.71, equity=ce * 14_200,
            equity_low=ce * 14_200 * 0.9, equity_high=ce * 14_200 * 1.1, p_alive=0.83,
        )
        for number, one in people.items() for _cv, ce, _region in (PLACES[number % len(PLACES)],)
    )  # fmt: skip


def _score(run: Run, person: Customer, name: str, number: float | None, *, text: str = "") -> Score:
    return Score(
        run=run, customer=person, name=name, value=number, text=text, provenance="estimated",
        low=number * 0.9 if number and not text else None, high=number * 1.1 if number and not text else None,
    )  # fmt: skip


def series() -> Series:
    """A campaign that comes again, planned and not started, to everybody of region II."""
    Offer.objects.get_or_create(code="thanks", defaults={"name_ko": "감사 선물", "name_en": "Thanks", "bond": "care"})
    till = ChannelFacts(name="till_coupon", needs=None, needs_consent=False)
    return plan_series(
        name="월간 명세", rule={"region": ["II"]}, offer_code="thanks", channel=till, body="{{이름}}님, 고맙습니다.",
        holdout_share=0.1, weeks=8, estimator="adjusted", every="month", day=1, by=None, at=NOW,
    )  # fmt: skip


def campaign(name: str = "가을 감사 편지", *, launched: bool = True, measured: bool = True) -> Campaign:
    """A campaign on all customers there are: the first held out, the second withheld, the rest written to."""
    offer, _ = Offer.objects.get_or_create(
        code="thanks", defaults={"name_ko": "감사 선물", "name_en": "Thanks", "bond": "care"}
    )
    segment = Segment.objects.create(name=name, rule={"region": ["II"]}, saved_at=NOW)
    at = NOW - timedelta(weeks=8)
    made = Campaign.objects.create(
        name=name, segment=segment, offer=offer, channel="shown_sms", body="고맙습니다.", holdout_share=0.1,
        planned_at=at, launched_at=at if launched else None, measured_at=NOW if launched and measured else None,
    )  # fmt: skip
    if launched:
        _reach(made, list(Identity.objects.select_related("customer").order_by("pk")), at)
    if made.measured_at:
        run = Run.objects.create(kind="campaign", as_of=NOW, started_at=NOW, finished_at=NOW)
        Effect.objects.create(
            run=run, source_ref=made.source_ref, outcome="net_revenue", estimator="adjusted", declared=True,
            effect=4200, ci_low=1100, ci_high=7300, treated=6, held_out=1, mean_treated=50_000, mean_held_out=45_800,
        )  # fmt: skip
    return made


def _reach(made: Campaign, identities: list[Identity], at: datetime) -> None:
    Withholding.objects.bulk_create(
        Withholding(identity=one, source_ref=made.source_ref, reason="no_consent", at=at) for one in identities[1:2]
    )
    arms = dict.fromkeys(identities[:1], Assignment.Arm.HELD_OUT) | dict.fromkeys(
        identities[2:], Assignment.Arm.TREATED
    )
    Assignment.objects.bulk_create(
        Assignment(identity=one, source_ref=made.source_ref, arm=arm, salt=made.name, at=at)
        for one, arm in arms.items()
    )
    messages = Message.objects.bulk_create(
        Message(
            key=f"{made.source_ref}:{one.pk}", identity=one, source_ref=made.source_ref, channel="shown_sms",
            kind="advertising", address="+821055500000", body=f"(광고) {one.customer.full_name}님, 고맙습니다.",
            enqueued_at=at, handed_over_at=at,
        )
        for one in identities[2:]
    )  # fmt: skip
    Displayed.objects.bulk_create(
        Displayed(message=one, channel="shown_sms", address=one.address, text=one.body, at=at) for one in messages
    )


def signed_in(client: Client) -> Client:
    """The owner's browser."""
    owner, _ = User.objects.get_or_create(username="owner", role=User.Role.OWNER)
    client.force_login(owner)
    return client


def complaint(of: Customer, *, text: str, at: datetime) -> Feedback:
    """A complaint of this customer that was read and sounds unhappy."""
    said = Feedback.objects.create(
        identity=Identity.objects.filter(customer=of).first(), source="test", ref=f"V{of.pk}", kind="complaint", at=at,
        text=text,
    )  # fmt: skip
    run = Run.objects.create(
        kind="voices", as_of=at, started_at=at, finished_at=at,
        summary={"read": 1, "tones": {"unhappy": 1}, "words": {}},
        parameters={"labeller": "shipped 1", "own": False, "certainty": 0.8, "by": "", "last_feedback": said.pk},
    )  # fmt: skip
    FeedbackTone.objects.create(
        feedback=said, run=run, told=Tone.UNHAPPY, tone=Tone.UNHAPPY, probability=0.97, labeller="shipped 1"
    )
    return said
