"""What somebody wants to see of the access log, as an address tells it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from dangol.records.customers.models import Customer, CustomerQuerySet
from dangol.records.customers.queries import found
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.access.queries import Wanted
from dangol.records.staff.on_behalf import MARK, Who
from dangol.web import clock

MOST = 100  # people a text may lead to
ANY = "any"
BEHALVES: dict[str, str | Promise] = {
    ANY: gettext_lazy("Any customer"), Who.PERSON: gettext_lazy("Asked by themselves"),
    Who.GUARDIAN: gettext_lazy("Asked by their legal guardian"),
    Who.AGENT: gettext_lazy("Asked by somebody they authorised"),
}  # fmt: skip
DONE_FOR = (Verb.CHANGED, Verb.ERASED, Verb.TOOK, Verb.REFUSED)  # what is ever done on somebody's behalf


@dataclass(frozen=True)
class Filter:
    """`who` is a user's id ("0": nobody with an account), `whose` a text that leads to customers, `customer` one of
    them by number; `behalf` is a key of BEHALVES; days are of the shop's calendar, both included; `before` is the place
    of a line in the log.
    """

    who: str = ""
    whose: str = ""
    customer: str = ""
    verb: str = ""
    behalf: str = ""
    since: date | None = None
    until: date | None = None
    before: str = ""

    @classmethod
    def read(cls, told: Mapping[str, str]) -> "Filter":
        """What cannot be understood asks for nothing."""
        verb, behalf = told.get("verb", ""), told.get("behalf", "")
        return cls(
            who=_number(told.get("who", "")),
            whose=told.get("whose", "").strip()[:120],
            customer=_number(told.get("customer", "")),
            verb=verb if verb in set(Verb) else "",
            behalf=behalf if behalf in BEHALVES else "",
            since=_day(told.get("since", "")),
            until=_day(told.get("until", "")),
            before=told.get("before", ""),
        )

    @property
    def address(self) -> str:
        """The query string, without the place."""
        told = {name: value for name, value in vars(replace(self, before="")).items() if value}
        return urlencode(
            {name: value.isoformat() if isinstance(value, date) else value for name, value in told.items()}
        )

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out."""
        return bool(self.address)

    @property
    def place(self) -> tuple[int, int] | None:
        """Behind which line to go on."""
        at, _sep, number = self.before.partition("-")
        return (int(at), int(number)) if _number(at) and _number(number) else None

    def wanted(self, among: CustomerQuerySet, *, in_part: bool) -> Wanted:
        """The same as the log understands it; `among` are the customers whoever asks may see, in part if so."""
        return Wanted(
            since=_midnight(self.since) if self.since else None,
            until=_midnight(self.until + timedelta(days=1)) if self.until else None,
            users=(int(self.who),) if self.who else (),
            customers=self._customers(among, in_part=in_part),
            verbs=(self.verb,) if self.verb else DONE_FOR if self.behalf else (),
            begins=MARK + (f"{self.behalf}:" if self.behalf != ANY else "") if self.behalf else "",
        )

    def _customers(self, among: CustomerQuerySet, *, in_part: bool) -> tuple[int, ...] | None:
        if self.customer:
            return (int(self.customer),)
        if not self.whose:
            return None
        return tuple(found(self.whose, among=among, in_part=in_part).values_list("pk", flat=True)[:MOST])

    def person(self) -> Customer | None:
        """The one customer asked for, also when they were forgotten."""
        return Customer.objects.filter(pk=int(self.customer)).first() if self.customer else None


def zone() -> ZoneInfo:
    """The shop's."""
    return ZoneInfo(clock.home().time_zone)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone()).astimezone(UTC)


def _number(text: str) -> str:
    """A whole number that a store can hold; "" for anything else."""
    return text if text.isascii() and text.isdigit() and len(text) <= 18 else ""


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1970 <= day.year <= 9000 else None
