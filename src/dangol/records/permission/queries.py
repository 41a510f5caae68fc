"""One rule in SQL, asked when planning, when enqueuing and when handing over."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict

from django.db.models import CharField, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from dangol.lib.asked_again import asked_again
from dangol.lib.errors import DangolError
from dangol.records.customers.models import Customer
from dangol.records.permission import gates
from dangol.records.permission.asking import NOTHING, About, ChannelFacts, refuse_strange_kind
from dangol.records.permission.policy import Pack, home_pack
from dangol.records.permission.reasons import GROUNDS, REASONS

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

NIGHT = "night"
AT_ONCE = 20_000


class Answer(TypedDict):
    """What `permitted` adds to each customer."""

    withheld: str
    address_: str | None
    ground_: str
    waits_: int


type Permitted = "QuerySet[WithAnnotations[Customer, Answer]]"


class NoSuchCustomer(DangolError):
    """Permission was asked for, or given by, a customer who is not there."""

    def __init__(self, customer_id: int | None) -> None:
        words = _("There is no customer %(number)s. Look the person up again.")
        super().__init__(words % {"number": customer_id or "?"})


class Decision(NamedTuple):
    """One verdict: `reason` is a key of REASONS, "" when allowed; `ground` one of GROUNDS then.

    "Not yet" is no refusal: the reason is `night`, and from `not_before` on it may leave. `pack`: the rules it was
    judged by.
    """

    allowed: bool
    reason: str
    ground: str = ""
    not_before: datetime | None = None
    pack: str = ""

    @property
    def sentence(self) -> str:
        """Why not, in the language in use; "" when allowed."""
        return str(REASONS[self.reason]) if self.reason else ""

    @property
    def why_allowed(self) -> str:
        """On which ground, in the language in use; "" when refused."""
        return str(GROUNDS[self.ground]) if self.ground else ""


def may_send(
    customer_id: int,
    *,
    channel: ChannelFacts,
    kind: str,
    at: datetime,
    pack: Pack | None = None,
    about: About = NOTHING,
) -> Decision:
    """Whether a message of this kind (advertising, informational, service) may go to the customer now.

    pack: the rules to judge by, those of the home at that time unless given. Raises NoSuchCustomer, NoSuchKind.
    """
    refuse_strange_kind(kind)
    rules = pack or home_pack(at)
    asked = gates.Asked.of(channel, kind, at, rules, about)
    for withheld, ground, waits in _said_of(customer_id, at, asked=replace(asked, at=None)):
        return _decided(withheld, ground, waits, at=at, pack=rules)
    raise NoSuchCustomer(customer_id)


def decisions(
    customers: QuerySet[Customer],
    *,
    channel: ChannelFacts,
    kind: str,
    at: datetime,
    pack: Pack | None = None,
    about: About = NOTHING,
) -> Iterator[tuple[int, Decision]]:
    """The verdict on each customer, by id, as it is read: one query, however many there are."""
    rules = pack or home_pack(at)
    asked = permitted(customers, channel=channel, kind=kind, at=at, pack=rules, about=about)
    known: dict[tuple[str, str, int], Decision] = {}
    rows = asked.values_list("pk", "withheld", "ground_", "waits_")
    for pk, withheld, ground, waits in rows.iterator(chunk_size=AT_ONCE):
        verdict = (withheld, ground, waits)
        if verdict not in known:
            known[verdict] = _decided(withheld, ground, waits, at=at, pack=rules)
        yield pk, known[verdict]


def permitted(
    customers: QuerySet[Customer],
    *,
    channel: ChannelFacts,
    kind: str,
    at: datetime,
    pack: Pack | None = None,
    about: About = NOTHING,
) -> Permitted:
    """The customers, each with what the rule says of them; nothing is read yet.

    withheld: "" = may be sent, else a key of REASONS; address_: where to; ground_: a key of GROUNDS, for those who may;
    waits_: 1 for those who may, but only from the morning on. The order in which reasons count is that of the gates.
    """
    refuse_strange_kind(kind)
    return _judged(customers, gates.Asked.of(channel, kind, at, pack or home_pack(at), about))


@asked_again
def _said_of(customer: Any, at: Any, *, asked: gates.Asked) -> QuerySet[Any, Any]:
    """What the gates say of one customer, at whatever time: `withheld`, `ground_`, `waits_`."""
    judged = _judged(Customer.objects.filter(pk=customer), replace(asked, at=at))
    return judged.values_list("withheld", "ground_", "waits_")


def _judged(customers: QuerySet[Customer], asked: gates.Asked) -> Permitted:
    address = Subquery(gates.addresses(asked).values("value")[:1]) if asked.channel.needs else Value("", CharField())
    withheld = Coalesce(*gates.reasons(asked), Value(""), output_field=CharField())
    answered: Permitted = customers.annotate(address_=address).annotate(
        withheld=withheld, ground_=gates.ground(asked), waits_=gates.waits(asked)
    )
    return answered


def _decided(withheld: str, ground: str, waits: int, *, at: datetime, pack: Pack) -> Decision:
    if withheld:
        return Decision(allowed=False, reason=withheld, pack=pack.ref)
    if waits:
        return Decision(allowed=False, reason=NIGHT, not_before=pack.morning_after(at), pack=pack.ref)
    return Decision(allowed=True, reason="", ground=ground, pack=pack.ref)
