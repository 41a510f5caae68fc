"""What the law asks, as dated data: one file a pack, so that a lawyer can correct it without code.

A pack holds the rules of one jurisdiction from one day to another. Every decision that is kept names the pack it was
made by, and the same question asked on another day is judged by the pack of that day.
"""

import tomllib
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, get_type_hints
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from dangol.lib.errors import DangolError
from dangol.lib.time_zones import is_zone

FOLDER = Path(__file__).parent / "packs"


class BadPack(DangolError):
    """A pack says something that is no rule, leaves one out, or leaves a day without rules."""


class NoSuchJurisdiction(DangolError):
    """There are no packs of that jurisdiction."""


@dataclass(frozen=True)
class Rules:
    """What is asked. Months, days and years of 0 mean that the law knows no such rule.

    zone: whose clock counts for nights, days and birthdays, wherever the server stands; "" is the home's own.
    country: from where data go abroad.
    consent_media: media on which advertising needs the person's consent, whatever a channel says of itself.
    deal_months: so long after a purchase those who were never asked may be sent advertising for the same kind of goods.
    night_begins, night_ends, night_exempt: advertising at night needs a consent of its own, but on the exempt media.
    reconfirm_months, remind_months: so old a consent must have been reminded of; from when on it is due.
    acknowledge_days: within so many days the person is told what was recorded of an answer about advertising.
    age, guardian_methods: whoever is younger needs a guardian's consent, verified in one of these ways.
    certified_media: bulk advertising on these may be handed only to a certified gateway.
    third_party_consent: whoever works with the data for purposes of their own needs the person's consent.
    overseas_consent, overseas_grounds: going abroad needs the person's consent, or one of these grounds stated.
    email_carries: what an e-mail with advertising must hold beside its text.
    mark: which rule writes the mark of advertising into a text; "" for none.
    """

    zone: str
    country: str
    consent_media: tuple[str, ...]
    deal_months: int
    reconfirm_months: int
    remind_months: int
    acknowledge_days: int
    age: int
    guardian_methods: tuple[str, ...]
    certified_media: tuple[str, ...]
    third_party_consent: bool
    overseas_consent: bool
    overseas_grounds: tuple[str, ...]
    email_carries: tuple[str, ...]
    mark: str
    night_begins: time | None = None
    night_ends: time | None = None
    night_exempt: tuple[str, ...] = ()


@dataclass(frozen=True)
class Source:
    """Where rules are written down: which ones, the text and its article, its address, when somebody read it there.

    Without a day the rule is held to be so, and nobody has compared it with the text yet.
    """

    rules: tuple[str, ...]
    title: str
    url: str
    read_on: date | None = None


@dataclass(frozen=True)
class Pack:
    """The rules of a jurisdiction for some time; `effective_to` is the last day, None until further notice.

    version: counts corrections of the file, so that a decision tells which reading it was made by.
    """

    id: str
    version: int
    jurisdiction: str
    title: str
    effective_from: date
    effective_to: date | None
    rules: Rules
    sources: tuple[Source, ...]

    @property
    def ref(self) -> str:
        """What decisions keep: id and version."""
        return f"{self.id}.{self.version}"

    @property
    def zone(self) -> ZoneInfo:
        """The clock that counts."""
        return ZoneInfo(self.rules.zone or settings.DANGOL.time_zone)

    def day_of(self, at: datetime) -> date:
        """The day it is there."""
        return at.astimezone(self.zone).date()

    def start_of(self, day: date) -> datetime:
        """The first moment of a day."""
        return datetime.combine(day, time(), self.zone)

    def is_night(self, at: datetime) -> bool:
        """Whether advertising needs the consent to night messages."""
        begins, ends = self.rules.night_begins, self.rules.night_ends
        if begins is None or ends is None:
            return False
        now = at.astimezone(self.zone).time()
        return begins <= now or now < ends if ends <= begins else begins <= now < ends

    def morning_after(self, at: datetime) -> datetime:
        """When the night ends that lies around `at`; `at` itself by day."""
        ends = self.rules.night_ends
        if ends is None or not self.is_night(at):
            return at
        local = at.astimezone(self.zone)
        day = local.date() if local.time() < ends else local.date() + timedelta(days=1)
        return datetime.combine(day, ends, self.zone)

    def of_age_born_by(self, at: datetime) -> date:
        """The last day of birth of those who may consent for themselves."""
        return months_before(self.day_of(at), 12 * self.rules.age)

    def deals_from(self, at: datetime) -> datetime | None:
        """A purchase counts as a deal that still lets advertising pass from this moment on; None where none does.

        The day that corresponds to the day of the purchase is out already: how it is counted is the law's to say,
        and this is the safe side of it.
        """
        return self._day_after(at, self.rules.deal_months)

    def fresh_from(self, at: datetime) -> datetime | None:
        """A consent given or reminded of from this moment on stands; None where consents do not age."""
        return self._day_after(at, self.rules.reconfirm_months)

    def reminders_from(self, at: datetime) -> datetime | None:
        """A consent given or reminded of before this moment is to be reminded of; None where none is."""
        return self._day_after(at, self.rules.remind_months)

    def _day_after(self, at: datetime, months: int) -> datetime | None:
        return self.start_of(months_before(self.day_of(at), months) + timedelta(days=1)) if months else None


_MADE = (Rules, tuple[Source, ...])  # built before the pack that holds them


def months_before(day: date, months: int) -> date:
    """The same day so many months before; the month's last where it has no such day."""
    month = day.year * 12 + day.month - 1 - months
    year, month = divmod(month, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def home_pack(at: datetime) -> Pack:
    """The rules this home is under at that time."""
    home = settings.DANGOL
    # The zone of a pack says which day it is, and all packs of a jurisdiction agree on it.
    return pack_at(home.law, packs(home.law)[-1].day_of(at))


def pack_at(jurisdiction: str, day: date) -> Pack:
    """The rules of a jurisdiction on a day. Raises NoSuchJurisdiction.

    A day before the first pack is judged by that one: it is stricter than the law of its time, and nobody writes then.
    """
    known = packs(jurisdiction)
    return next((pack for pack in reversed(known) if pack.effective_from <= day), known[0])


def packs(jurisdiction: str) -> tuple[Pack, ...]:
    """Every pack of a jurisdiction, the earliest first. Raises NoSuchJurisdiction, BadPack."""
    known = _ours()
    if jurisdiction not in known:
        raise NoSuchJurisdiction(
            _("There are no rules for “%(name)s”. Known: %(known)s.")
            % {"name": jurisdiction, "known": ", ".join(sorted(known))}
        )
    return known[jurisdiction]


def next_moment(at: datetime) -> datetime:
    """The first moment from `at` on at which everything may leave: `at` by day, else the morning.

    For homes whose clock stands still: theirs may stand at midnight, and their messages would wait for ever.
    """
    return home_pack(at).morning_after(at)


def read_packs(folder: Path) -> dict[str, tuple[Pack, ...]]:
    """The packs of a folder by jurisdiction, the earliest first. Raises BadPack for anything that is not sound."""
    found: dict[str, list[Pack]] = {}
    for path in sorted(folder.glob("*.toml")):
        pack = _read(path)
        found.setdefault(pack.jurisdiction, []).append(pack)
    for jurisdiction, listed in found.items():
        listed.sort(key=lambda pack: pack.effective_from)
        _refuse_gaps(jurisdiction, listed)
    return {jurisdiction: tuple(listed) for jurisdiction, listed in found.items()}


@lru_cache(maxsize=1)
def _ours() -> dict[str, tuple[Pack, ...]]:
    return read_packs(FOLDER)


def _read(path: Path) -> Pack:
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadPack(f"{path.name} cannot be read as TOML: {error}.") from error
    rules = _built(Rules, told.pop("rules", {}), where=f"{path.name}, rules")
    sources = tuple(_built(Source, one, where=f"{path.name}, sources") for one in told.pop("sources", []))
    told.setdefault("effective_to", None)
    pack = _built(Pack, {**told, "rules": rules, "sources": sources}, where=path.name)
    _refuse_nonsense(pack, path.stem)
    return pack


def _built[T](schema: type[T], told: Mapping[str, Any], *, where: str) -> T:
    """A dataclass from the words of a file, every one known and of its kind."""
    kinds = get_type_hints(schema)
    if unknown := sorted(set(told) - set(kinds)):
        raise BadPack(f"{where}: there is no “{unknown[0]}”. Known: {', '.join(kinds)}.")
    needed = {one.name for one in fields(schema) if one.default is MISSING}  # type: ignore[arg-type]
    if missing := sorted(needed - set(told)):
        raise BadPack(f"{where}: “{missing[0]}” is missing.")
    return schema(**{name: _value(kinds[name], value, f"{where}: {name}") for name, value in told.items()})


def _value(kind: Any, value: Any, where: str) -> Any:
    if kind == tuple[str, ...] and isinstance(value, list) and all(isinstance(one, str) for one in value):
        return tuple(value)
    # The very kind alone: yes is a number to Python, and a time with its date is a date.
    if kind in _MADE or type(value) in getattr(kind, "__args__", (kind,)):
        return value
    raise BadPack(f"{where} cannot be {value!r}.")


def _refuse_nonsense(pack: Pack, name: str) -> None:
    rules, known = pack.rules, {one.name for one in fields(Rules)}
    named = {rule for source in pack.sources for rule in source.rules}
    complaints = {
        f"its file should be called {pack.id}.toml": pack.id != name,
        "it ends before it begins": pack.effective_to is not None and pack.effective_to < pack.effective_from,
        f"there is no time zone “{rules.zone}”": bool(rules.zone) and not is_zone(rules.zone),
        "a night needs both its ends": (rules.night_begins is None) != (rules.night_ends is None),
        "a reminder must come before the consent is too old": bool(rules.reconfirm_months)
        and not 0 < rules.remind_months < rules.reconfirm_months,
        f"sources name {', '.join(sorted(named - known))}, which is no rule": bool(named - known),
        f"no source is named for {', '.join(sorted(known - named))}": bool(known - named),
        "numbers cannot be below zero": any(isinstance(one, int) and one < 0 for one in vars(rules).values()),
    }
    for complaint, holds in complaints.items():
        if holds:
            raise BadPack(f"{name}: {complaint}.")


def _refuse_gaps(jurisdiction: str, listed: Iterable[Pack]) -> None:
    ordered = list(listed)
    for one, after in pairwise(ordered):
        if one.effective_to is None or one.effective_to >= after.effective_from:
            raise BadPack(f"{jurisdiction}: {one.id} and {after.id} both hold on {after.effective_from}.")
        if one.effective_to + timedelta(days=1) != after.effective_from:
            raise BadPack(f"{jurisdiction}: no pack holds between {one.id} and {after.id}.")
    if ordered[-1].effective_to is not None:
        raise BadPack(f"{jurisdiction}: no pack holds after {ordered[-1].effective_to}.")
