"""The offers every home begins with; a business adds its own later."""

from datetime import datetime

from django.db.transaction import atomic

from dangol.lib.money import exponent
from dangol.records.catalog.models import Offer
from dangol.records.changes.actions import record_row

CARE, TRANSACTIONAL = Offer.Bond.CARE, Offer.Bond.TRANSACTIONAL
FIRST_OFFERS = (
    # code, Korean, English, bond, cost for each person in won and in other currencies' major units
    ("care", "감사 선물", "Thank-you gift", CARE, 3000, 3),
    ("coupon", "다음 구매 할인 쿠폰", "Coupon off the next basket", TRANSACTIONAL, 2000, 2),
    ("points", "적립금 두 배", "Double points", TRANSACTIONAL, 1500, 1),
)


@atomic
def ensure_offers(*, currency: str, at: datetime) -> None:
    """Make the first offers where they are missing; those there stay as they are."""
    for code, korean, english, bond, won, other in FIRST_OFFERS:
        cost = won if currency == "KRW" else other * 10 ** exponent(currency)
        offer, made = Offer.objects.get_or_create(
            code=code, defaults={"name_ko": korean, "name_en": english, "bond": bond, "cost": cost}
        )
        if made:
            record_row(offer, at=at)
