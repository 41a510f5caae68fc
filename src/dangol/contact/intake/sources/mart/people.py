"""Who the customers are, a part of them at a time: names, births, numbers, addresses, and who is there twice."""

from dataclasses import dataclass

import numpy as np

from dangol.contact.intake.korean_names import full_names
from dangol.contact.intake.korean_places import addresses, districts
from dangol.contact.intake.sources.mart.assumptions import (
    BORN,
    CLOSES,
    EMAIL,
    MEDIA,
    OLD,
    PART,
    PHONE,
    RATE_SHAPE,
    SHOPS,
    STAYING,
    TOGETHER,
    TWICE,
    TWICE_BORN,
    TWICE_HOME,
    TWICE_NAME,
    TWICE_PHONE,
    WEEK,
    WEEKS,
    Flags,
    Real,
    Whole,
    Words,
    stream,
)
from dangol.contact.intake.sources.mart.shelves import shelves


@dataclass(frozen=True)
class People:
    """One entry per customer in every array; `same_as` is the place of whom they really are, mostly their own."""

    external_id: Words
    full_name: Words
    birth_date: np.ndarray  # datetime64[D], NaT where not known
    woman: Flags
    registered: Whole  # seconds since history begins, negative before
    district: Whole
    shop: Whole
    household: Words  # code or None
    postcode: Words
    address: Words
    phone: Words  # or None
    email: Words  # or None
    source: Words
    same_as: Whole
    stays: Real  # seconds a customer within history
    rate: Real  # how often they buy while they are, compared with others
    favourite: Whole  # the department they like best

    @property
    def begins(self) -> Whole:
        """The second of history from which each is a customer."""
        return np.maximum(self.registered, 0)

    @property
    def doubles(self) -> list[tuple[str, str]]:
        """The pairs of numbers that are one person: for proofs, never for pages."""
        later = np.flatnonzero(self.same_as != np.arange(len(self.same_as)))
        return [(self.external_id[self.same_as[place]], self.external_id[place]) for place in later]


def people(seed: int, part: int, count: int) -> People:
    """The customers of one part of the business, `count` of at most PART."""
    random = stream("people", seed, part)
    number = part * PART + np.arange(1, count + 1)
    woman = random.random(count) < 0.62
    age = np.clip(random.normal(46, 15, count), 19, 92)
    born = np.datetime64(CLOSES, "D") - (age * 365.25).astype("timedelta64[D]")
    name = full_names(born.astype("datetime64[Y]").astype(np.int64) + 1970, woman, random)
    district = random.integers(0, len(districts()), count)
    with_whom = _with_whom(count, random)
    district = district[with_whom]
    postcode, address = addresses(district, random)
    postcode, address = postcode[with_whom], address[with_whom]
    household = np.full(count, None, dtype=object)
    shared = np.flatnonzero(with_whom != np.arange(count))
    for place in (shared, with_whom[shared]):
        household[place] = [f"HH{n}" for n in number[with_whom[shared]]]
    phone = np.array([f"010-0{n // 10_000 % 1_000:03d}-{n % 10_000:04d}" for n in _spread(number)], dtype=object)
    phone[random.random(count) >= PHONE] = None
    email = np.array([f"dangol{n}@example.com" for n in number], dtype=object)
    email[random.random(count) >= EMAIL] = None
    known = np.where(random.random(count) < BORN, born, np.datetime64("NaT", "D"))
    same_as = _same_as(count, random)
    twice = np.flatnonzero(same_as != np.arange(count))
    name, phone, known = name.copy(), phone.copy(), known.copy()
    name[twice] = [_told_again(name[same_as[n]], random) for n in twice]
    woman[twice] = woman[same_as[twice]]
    for column, share in ((phone, TWICE_PHONE), (known, TWICE_BORN)):
        again = twice[random.random(len(twice)) < share]
        column[again] = column[same_as[again]]
    home = twice[random.random(len(twice)) < TWICE_HOME]
    for column in (postcode, address, district):
        column[home] = column[same_as[home]]
    media, shares = [medium for medium, _share in MEDIA], [share for _medium, share in MEDIA]
    registered = _registered(count, random)
    leaves = np.minimum(registered + random.exponential(STAYING * WEEK, count), WEEKS * WEEK)
    return People(
        external_id=np.array([f"K{n:08d}" for n in number], dtype=object),
        full_name=name,
        birth_date=known,
        woman=woman,
        registered=registered,
        district=district,
        shop=(district + random.integers(0, 2, count)) % SHOPS,
        household=household,
        postcode=postcode,
        address=address,
        phone=phone,
        email=email,
        source=random.choice(np.array(media, dtype=object), count, p=shares),
        same_as=same_as,
        stays=np.clip(leaves - np.maximum(registered, 0), 0, None),
        rate=random.gamma(RATE_SHAPE, size=count),
        favourite=random.integers(0, len(shelves().first), count),
    )


def _spread(number: Whole) -> list[int]:
    """Phone numbers that do not follow one another, each once: a step that shares no divisor with ten million."""
    spread: list[int] = (number * 7_368_787 % 10_000_000).tolist()
    return spread


def _with_whom(count: int, random: np.random.Generator) -> Whole:
    """Whose address each has: mostly their own, some that of the customer before them."""
    place = np.arange(count)
    lives = (random.random(count) < TOGETHER) & (place % 2 == 1)
    return np.where(lives, place - 1, place)


def _same_as(count: int, random: np.random.Generator) -> Whole:
    """Whom each really is: a few of the later half are somebody of the earlier half."""
    same = np.arange(count)
    half = count // 2
    twice = half + np.flatnonzero(random.random(count - half) < 2 * TWICE)
    same[twice] = random.permutation(half)[: len(twice)]
    return same


def _told_again(name: str, random: np.random.Generator) -> str:
    """The name as somebody else wrote it down: mostly the same, sometimes with another last syllable."""
    if random.random() < TWICE_NAME:
        return name
    code = ord(name[-1]) - 0xAC00
    return name[:-1] + chr(0xAC00 + code // 28 * 28 + (code + 4) % 28)


def _registered(count: int, random: np.random.Generator) -> Whole:
    """When each registered: before history begins, or evenly over it up to a month before its end."""
    old = random.random(count) < OLD
    before = -(random.exponential(2 * 52, count) * WEEK).astype(np.int64) - 1
    within = (random.random(count) * (WEEKS - 4) * WEEK).astype(np.int64)
    return np.where(old, np.maximum(before, -20 * 52 * WEEK), within)
