"""Letters about a leak on their way: to whom, by which channel, and how far they have come."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import batched

from django.db.models import Count, Min, Q, QuerySet
from django.utils import translation
from django.utils.timezone import localdate

from dangol.contact.delivery.parcel import Channel
from dangol.lib.progress import Progress, silent
from dangol.records.customers.models import Customer, Identity
from dangol.records.outbox.actions import NewMessage, enqueue
from dangol.records.outbox.models import Message
from dangol.records.permission.asking import SERVICE
from dangol.records.permission.policy import home_pack
from dangol.records.permission.queries import permitted
from dangol.records.staff.breach import letters
from dangol.records.staff.breach.letters import Letter
from dangol.records.staff.breach.models import Finding, Incident
from dangol.records.staff.breach.queries import State, affected
from dangol.web import clock

AT_ONCE = 1_000
LETTERS = "letters"  # the stage of the work


@dataclass(frozen=True)
class Way:
    """How far the letters about what is known now have come; `unreachable` have no letter."""

    people: int
    told: int
    waiting: int
    withheld: int

    @property
    def unreachable(self) -> int:
        return self.people - self.told - self.waiting - self.withheld


def source_of(incident: Incident) -> str:
    """What all letters of an incident begin their source with."""
    return f"breach:{incident.pk}:"


def source(finding: Finding) -> str:
    """The source of the letters about what was known then."""
    return f"{source_of(finding.incident)}{finding.pk}"


def written(state: State, *, language: str) -> Letter:
    """The letter about what is known now, in a language. Raises CannotWrite."""
    before = state.told_before[0] if state.told_before else None
    letters.refuse_gaps(state.finding)  # whoever writes reads it in their own language
    with translation.override(language):
        return letters.letter(
            state.finding, state.law, business=clock.home().name or "–",
            told_on=localdate(before.at) if before is not None else None,
        )  # fmt: skip


def posted(state: State, *, language: str, at: datetime) -> Letter:
    """The same as a posting. Raises CannotWrite."""
    letter = written(state, language=language)
    with translation.override(language):
        return letters.posting(letter, state.law, since=localdate(at))


def way(state: State) -> Way:
    """How far the letters have come: two queries."""
    mine = Message.objects.filter(source_ref=source(state.finding))
    counted = mine.aggregate(
        told=Count("pk", filter=Q(handed_over_at__isnull=False)), withheld=Count("pk", filter=~Q(withheld="")),
        all=Count("pk"),
    )  # fmt: skip
    told, withheld = counted["told"], counted["withheld"]
    return Way(recipients(state), told, counted["all"] - told - withheld, withheld)


def recipients(state: State) -> int:
    """How many people are to be told of what is known now."""
    if state.finding.standing != Finding.Standing.NOT_LEAKED:
        return state.people
    earlier = _told_earlier(state.incident)
    return earlier.values("identity__customer").distinct().count()


def unreached(state: State) -> Iterator[int]:
    """The numbers of those who have no letter about what is known now, or whose letter was held back."""
    mine = Message.objects.filter(source_ref=source(state.finding), withheld="")
    for part in batched(_customers(state), AT_ONCE):
        have = set(mine.filter(identity__customer__in=part).values_list("identity__customer", flat=True))
        yield from (customer for customer in part if customer not in have)


def put_in(state: State, letter: Letter, channel: Channel, *, at: datetime, progress: Progress = silent) -> int:
    """Put the letters into the outbox, each once, as messages of a service; how many are new.

    Killed in between, the next call goes on: a letter that is there is left alone.
    """
    done, new, people = 0, 0, recipients(state)
    for part in batched(_customers(state), AT_ONCE):
        new += enqueue(_messages(state.finding, letter, channel, part, at=at), at=at)
        done += len(part)
        progress(LETTERS, done, people)
    return new


def _customers(state: State) -> Iterator[int]:
    if state.finding.standing == Finding.Standing.NOT_LEAKED:
        earlier = _told_earlier(state.incident).order_by("identity__customer")
        yield from earlier.values_list("identity__customer", flat=True).distinct().iterator(chunk_size=AT_ONCE)
    else:
        yield from affected(state.incident).values_list("customer", flat=True).iterator(chunk_size=AT_ONCE)


def _told_earlier(incident: Incident) -> QuerySet[Message]:
    return Message.objects.filter(source_ref__startswith=source_of(incident), handed_over_at__isnull=False)


def _messages(
    finding: Finding, letter: Letter, channel: Channel, part: tuple[int, ...], *, at: datetime
) -> Iterator[NewMessage]:
    """For those of them whom the channel reaches."""
    ref, pack = source(finding), home_pack(at)
    asked = permitted(Customer.objects.known().filter(pk__in=part), channel=channel.facts, kind=SERVICE, at=at)
    reached = {pk: (to, ground) for pk, why, to, ground in asked.values_list("pk", "withheld", "address_", "ground_")
               if not why and to}  # fmt: skip
    first = Identity.objects.filter(customer__in=reached).values("customer").annotate(identity=Min("pk"))
    for customer, identity in first.values_list("customer", "identity"):
        address, ground = reached[customer]
        yield NewMessage(
            key=f"{ref}:{customer}", identity_id=identity, source_ref=ref, channel=channel.facts.name, kind=SERVICE,
            address=address or "", subject=letter.subject, body=f"{letter.subject}\n\n{letter.body}", ground=ground,
            pack=pack.ref,
        )  # fmt: skip
