"""Who the customers are: names, births, addresses, numbers, households, children, and their dealer."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from dangol.contact.intake.korean_names import full_names
from dangol.contact.intake.korean_places import addresses
from dangol.contact.intake.sources.dairy.assumptions import (
    CLUB,
    DAY,
    DEALERS,
    HOME,
    LINES,
    OPENS,
    SHOPS,
    STARTS,
    Flags,
    Real,
    Whole,
    Words,
    seconds,
    stream,
)

NEVER = np.int64(1) << 60  # seconds: later than any moment we ask about
LIVING_TOGETHER = 450  # pairs who share an address: a mother of the club and somebody with deliveries

MEDIA = {
    "mothers_club": (("hospital", 0.34), ("magazine", 0.16), ("web", 0.24), ("postnatal_centre", 0.14),
                     ("shop", 0.07), ("friend", 0.05)),
    "home_delivery": (("dealer", 0.55), ("flyer", 0.18), ("friend", 0.15), ("web", 0.08), ("shop", 0.04)),
}  # fmt: skip


@dataclass(frozen=True)
class People:
    """One entry per customer in every array: the club first, then home delivery. Times in seconds."""

    line: Whole  # 0 the club, 1 home delivery
    external_id: Words
    full_name: Words
    birth_date: np.ndarray  # datetime64[D]
    woman: Flags
    registered: Whole
    child_born: Whole  # NEVER for home delivery
    district: Whole
    dealer: Whole  # -1 for the club
    shop: Whole  # where a member of the club usually buys
    household: Words  # code or None
    postcode: Words
    address: Words
    phone: Words  # as somebody wrote it, or None
    email: Words  # or None
    source: Words

    @cached_property
    def number_of(self) -> dict[str, int]:
        """Where each external id stands in the arrays."""
        return {name: number for number, name in enumerate(self.external_id)}

    def parameter(self, name: str) -> Real:
        """A number of each customer's line of business, by the name it has in `Line`."""
        return np.array([float(getattr(line, name)) for line in LINES])[self.line]


def people(seed: int) -> People:
    """The 12,000 customers of this seed."""
    random = stream("people", seed)
    line = np.repeat([0, 1], [CLUB.size, HOME.size]).astype(np.int64)
    club = line == 0
    registered, child_born = _registrations(club, random)
    birth_date, woman = _births(club, child_born, random)
    district = random.integers(0, DEALERS, len(line))
    partner, household = _households(len(line), random)
    district = district[partner]
    postcode, address = addresses(district, random)
    return People(
        line=line,
        external_id=_ids(line),
        full_name=full_names(birth_date.astype("datetime64[Y]").astype(np.int64) + 1970, woman, random),
        birth_date=birth_date,
        woman=woman,
        registered=_grown_up(registered, birth_date),
        child_born=child_born,
        district=district,
        dealer=np.where(club, -1, district),
        shop=_nearby_shop(district, random),
        household=household,
        postcode=postcode[partner],
        address=address[partner],
        phone=_phones(line, random),
        email=_emails(club, random),
        source=_media(club, random),
    )


def _ids(line: Whole) -> Words:
    """M000001 … for the club, H000001 … for home delivery."""
    numbers = np.concatenate([np.arange(1, entry.size + 1) for entry in LINES])
    letters = np.array(["M", "H"])[line]
    return np.array([f"{a}{n:06d}" for a, n in zip(letters, numbers, strict=True)], dtype=object)


def _registrations(club: Flags, random: np.random.Generator) -> tuple[Whole, Whole]:
    """When each registered, at nine to six on some day, and when the club's children are born.

    The club: over the ten months before history begins and all of it, two thirds during pregnancy.
    Home delivery: half of them before history begins, for four years on average.
    """
    count, last = len(club), seconds(OPENS) // DAY
    day = random.integers(-300, last - 21, count)
    old = ~club & (random.random(count) < 0.5)
    day = np.where(~club & ~old, random.integers(0, last - 21, count), day)
    day = np.where(old, -1 - random.exponential(4 * 365, count).astype(np.int64), day)
    pregnant = random.random(count) < 0.68
    born = np.where(pregnant, day + random.integers(10, 210, count), day - random.integers(4, 150, count))
    registered = day * DAY + random.integers(9 * 3600, 18 * 3600, count)
    return registered, np.where(club, born * DAY, NEVER)


def _births(club: Flags, child_born: Whole, random: np.random.Generator) -> tuple[np.ndarray, Flags]:
    """Dates of birth and sex: mothers about 33 at their child's birth, home delivery 27 to 85."""
    count = len(club)
    mothers = np.clip(random.normal(33, 4.2, count), 20, 46)
    others = np.clip(random.normal(55, 14, count), 27, 85)
    start = np.datetime64(STARTS, "D")
    child = start + np.where(club, child_born // DAY, 0).astype("timedelta64[D]")
    age = (np.where(club, mothers, others) * 365.25).astype("timedelta64[D]")
    return child - age, club | (random.random(count) < 0.74)


def _grown_up(registered: Whole, birth_date: np.ndarray) -> Whole:
    """Nobody has milk delivered before they are twenty, however long ago the draw says they began."""
    twenty = (birth_date - np.datetime64(STARTS, "D")).astype(np.int64) + 20 * 365 + 5
    begun: Whole = np.maximum(registered, twenty * DAY + registered % DAY)
    return begun


def _households(count: int, random: np.random.Generator) -> tuple[Whole, Words]:
    """Whose address each person has (mostly their own), and the code of shared households."""
    partner, household = np.arange(count), np.full(count, None, dtype=object)
    members = random.permutation(CLUB.size)[:LIVING_TOGETHER]
    others = CLUB.size + random.permutation(HOME.size)[:LIVING_TOGETHER]
    partner[members] = others
    codes = [f"HH{number:05d}" for number in range(1, LIVING_TOGETHER + 1)]
    household[members] = household[others] = codes
    return partner, household


def _nearby_shop(district: Whole, random: np.random.Generator) -> Whole:
    """A shop of the person's own region: shops stand in turn in the four regions."""
    region = district // (DEALERS // 4)
    return np.asarray(random.integers(0, SHOPS // 4, len(district)) * 4 + region)


def _phones(line: Whole, random: np.random.Generator) -> Words:
    """Numbers nobody can have (010-0xxx-xxxx), each once, written as different hands write them."""
    numbers = random.choice(10_000_000, size=len(line), replace=False)
    hand, missing = random.random(len(line)), random.random(len(line))
    none = np.array([entry.no_phone for entry in LINES])[line]
    written = [None if missing[n] < none[n] else _written(f"{numbers[n]:07d}", hand[n]) for n in range(len(line))]
    return np.array(written, dtype=object)


def _written(digits: str, hand: float) -> str:
    if hand < 0.80:
        return f"010-0{digits[:3]}-{digits[3:]}"
    return f"0100{digits}" if hand < 0.95 else f"+82100{digits}"


def _emails(club: Flags, random: np.random.Generator) -> Words:
    """Addresses at a domain reserved for examples: most of the club, few of home delivery."""
    has = random.random(len(club)) < np.where(club, 0.72, 0.21)
    return np.array([f"dangol{n:05d}@example.com" if has[n] else None for n in range(len(club))], dtype=object)


def _media(club: Flags, random: np.random.Generator) -> Words:
    """Through which medium each came to us."""
    source = np.empty(len(club), dtype=object)
    for line, who in ((CLUB, club), (HOME, ~club)):
        names, shares = zip(*MEDIA[line.name], strict=True)
        source[who] = random.choice(np.array(names, dtype=object), size=int(who.sum()), p=shares)
    return source
