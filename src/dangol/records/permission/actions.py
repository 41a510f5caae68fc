"""Answers and refusals, each a new row; unsent messages stop at the gate."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection
from django.db.models import DateTimeField, F, Max, Q, Value
from django.db.models.functions import Greatest
from django.db.transaction import atomic
from django.utils.translation import gettext as _

from dangol.lib import bulk
from dangol.lib.errors import DangolError
from dangol.lib.resident_numbers import masked
from dangol.records.changes.actions import record_range, record_row
from dangol.records.customers.forgetting import hold
from dangol.records.customers.models import Customer
from dangol.records.ledger.appending import append_new
from dangol.records.permission import reading, refusals
from dangol.records.permission.guardians import is_child
from dangol.records.permission.models import Consent, ConsentText, Purpose, Suppression
from dangol.records.permission.on_record import Answered, Question, answers_of, question_of
from dangol.records.permission.policy import home_pack
from dangol.records.permission.queries import NoSuchCustomer
from dangol.records.staff.models import User


class NoEvidence(DangolError):
    """A consent is claimed and nothing shows it."""


class Contradiction(DangolError):
    """One question, two answers, one moment: nobody can tell which counts."""


class TooYoung(DangolError):
    """A child cannot agree alone."""


class WrongText(DangolError):
    """An answer is bound to a text that asks something else, or that nobody has been shown yet."""


class NewAnswer(NamedTuple):
    """What somebody answered to one question; `text` is the version they were shown, where it is one of ours."""

    purpose: str
    granted: bool
    channel: str = ""
    recipient: str = ""
    text: ConsentText | None = None
    text_version: str = ""


@atomic
def give_consent(
    customer: Customer,
    *,
    purpose: str,
    channel: str = "",
    by: User | None,
    at: datetime,
    how: str,
    evidence: str,
    recipient: str = "",
    text: ConsentText | None = None,
    text_version: str = "",
    given_by: str = Consent.GivenBy.PERSON,
    place: str = "",
) -> Consent:
    """Record that the customer agrees to a purpose on a channel ("" = all channels).

    by: who of the staff recorded it, None for the customer; evidence: where the answer can be seen again.
    Raises NoEvidence, TooYoung, WrongText, NoSuchCustomer.
    """
    answer = NewAnswer(purpose, True, channel, recipient, text, text_version)
    return record_form(customer, [answer], by=by, at=at, how=how, evidence=evidence, given_by=given_by, place=place)[0]


@atomic
def withdraw_consent(
    customer: Customer,
    *,
    purpose: str,
    channel: str = "",
    by: User | None,
    at: datetime,
    how: str = "",
    evidence: str = "",
    recipient: str = "",
    text: ConsentText | None = None,
    given_by: str = Consent.GivenBy.PERSON,
    place: str = "",
) -> Consent:
    """Record that the customer does not, or no longer, agree; unsent messages stop at the gate.

    A refusal needs no evidence: it must never wait for paper. Raises NoSuchCustomer.
    """
    answer = NewAnswer(purpose, False, channel, recipient, text)
    return record_form(customer, [answer], by=by, at=at, how=how, evidence=evidence, given_by=given_by, place=place)[0]


@atomic
def opt_out(
    customer: Customer,
    *,
    channel: str = "",
    by: User | None,
    at: datetime,
    how: str,
    evidence: str = "",
    place: str = "",
    given_by: str = Consent.GivenBy.PERSON,
) -> Consent | None:
    """End advertising on a channel ("" = all): a page, a mail program's one click, a reply, a call, all end here.

    None where that is what was said last, so that saying it twice does no harm. Raises NoSuchCustomer.
    """
    bulk.lock(connection, f"customer:{customer.pk}")
    about = customer.consents.filter(purpose=Purpose.MARKETING)
    if channel:
        about = about.filter(channel__in=["", channel])
    last = about.order_by("-answered_at", "granted", "-id").first()
    if last is not None and not last.granted and last.channel in {"", channel}:
        return None
    return withdraw_consent(
        customer, purpose=Purpose.MARKETING, channel=channel, by=by, at=at, how=how, evidence=evidence, place=place,
        given_by=given_by,
    )  # fmt: skip


@atomic
def record_form(
    customer: Customer,
    answers: Sequence[NewAnswer],
    *,
    by: User | None,
    at: datetime,
    how: str,
    evidence: str = "",
    given_by: str = Consent.GivenBy.PERSON,
    place: str = "",
) -> list[Consent]:
    """Record what somebody answered at one go, to one question or to many; all of it or nothing.

    Each answer stands on its own: what is not in the form stays as it was. Raises Contradiction where one question is
    answered both ways, and what giving a single consent raises.
    """
    bulk.lock(connection, f"customer:{customer.pk}")  # nobody is forgotten meanwhile
    if not Customer.objects.known().filter(pk=customer.pk).exists():
        raise NoSuchCustomer(customer.pk)
    made = [
        Consent(
            customer=customer, purpose=one.purpose, channel=one.channel, granted=one.granted, answered_at=at,
            recipient=one.recipient or (one.text.recipient if one.text else ""), text=one.text,
            text_version=one.text.label if one.text else one.text_version[:40], given_by=given_by, how=how,
            place=masked(place.strip())[:80], evidence=masked(evidence.strip())[:200], recorded_by=by,
        )
        for one in answers
    ]  # fmt: skip
    _refuse_contradictions(made)
    for one in made:
        _refuse_unproved(one, at=at)
    return [_answer(one, at=at) for one in made]


@atomic
def record_answers(answers: Iterable[Consent], *, at: datetime) -> int:
    """Append many answers taken elsewhere, unsaved rows; those already on record are left. Return how many are new.

    Raises NoSuchCustomer, NoEvidence, and Contradiction for two answers to one question at one moment, whether both
    are new or one is on record; nothing is changed then.
    """
    rows = list(answers)
    _refuse_strangers(rows)
    _refuse_contradictions(rows)
    for row in rows:
        if row.granted and not (row.evidence and row.how):
            raise NoEvidence(_words_of_missing_evidence(row))
    known = _refuse_contradicting_what_is_on_record(rows)
    refusals.keep(row for row in rows if not row.granted and question_of(row) not in known)
    # Sources say the same of many: each text is looked through once.
    clean = {text: masked(text) for text in {row.evidence for row in rows}}
    for row in rows:
        row.evidence = clean[row.evidence]
    columns = [field.attname for field in Consent._meta.concrete_fields if not field.primary_key]
    new = append_new(Consent, columns, ([getattr(row, name) for name in columns] for row in rows), at=at)
    reading.heed(rows, at=at)
    return new


@atomic
def suppress(
    customer: Customer,
    *,
    reason: str,
    by: User | None,
    at: datetime,
    channel: str = "",
    how: str = "",
    until: datetime | None = None,
) -> Suppression:
    """Put the customer on the do-not-contact list of a channel ("" = all), over any consent; one row stands."""
    hold(customer.pk)
    standing = customer.suppressions.filter(channel=channel, until=None, lifted_at=None).first()
    if standing is not None:
        return standing
    row = Suppression.objects.create(
        customer=customer,
        channel=channel,
        reason=masked(reason.strip())[:80],
        how=how,
        since=at,
        until=until,
        recorded_by=by,
    )
    record_row(row, at=at)
    refusals.keep([row])
    return row


@atomic
def lift_suppression(
    customer: Customer, *, by: User | None, at: datetime, channel: str = "", how: str = "", why: str = ""
) -> int:
    """End what stands on the list for this channel and record who did; consents count again. Return rows ended."""
    standing = customer.suppressions.filter(Q(until=None) | Q(until__gt=at), channel=channel, lifted_at=None)
    keys = sorted(standing.values_list("pk", flat=True))
    if keys:
        record_range(Suppression, first_key=keys[0], last_key=keys[-1], at=at)
    # What began later than `at`, on a clock that stands still, ends as it begins.
    ended = Greatest(Value(at, output_field=DateTimeField()), F("since"))
    why = masked(why.strip())[:200]
    return standing.update(until=ended, lifted_at=at, lifted_by=by, lifted_how=how, lifted_why=why)


def _answer(answer: Consent, *, at: datetime) -> Consent:
    """Save the answer after all earlier ones: on a clock that stands still, a microsecond keeps their order."""
    # Of whatever channel: an answer about all channels must outrank an earlier one about a single one.
    earlier = Consent.objects.filter(customer=answer.customer, purpose=answer.purpose)
    latest = earlier.aggregate(at=Max("answered_at"))["at"]
    if latest is not None and latest >= answer.answered_at:
        answer.answered_at = latest + timedelta(microseconds=1)
    answer.save(force_insert=True)
    record_row(answer, at=at)
    if not answer.granted:
        refusals.keep([answer])
        reading.heed([answer], at=at)
    return answer


def _refuse_unproved(answer: Consent, *, at: datetime) -> None:
    text = answer.text
    if text is not None and (text.purpose != answer.purpose or text.published_at is None):
        raise WrongText(_("This text asks for something else, or is not published. Choose the one that was shown."))
    if not answer.granted:
        return
    if not (answer.evidence and answer.how):
        raise NoEvidence(_words_of_missing_evidence(answer))
    alone = answer.given_by == Consent.GivenBy.PERSON
    pack = home_pack(at)
    if alone and is_child(answer.customer, pack=pack, at=at):
        raise TooYoung(
            _("%(customer)s is under %(age)s and cannot agree alone. Record the guardian's answer.")
            % {"customer": answer.customer, "age": pack.rules.age}
        )


def _words_of_missing_evidence(answer: Consent) -> str:
    return _(
        "%(customer)s cannot be recorded as having agreed to “%(purpose)s” without evidence: say how the answer came"
        " and where it can be seen again."
    ) % {"customer": _name_of(answer.customer_id), "purpose": Purpose(answer.purpose).label}


def _refuse_contradictions(answers: Iterable[Consent]) -> None:
    said: dict[Question, bool] = {}
    for answer in answers:
        if said.setdefault(question_of(answer), answer.granted) != answer.granted:
            raise Contradiction(_words_of_contradiction(answer))


def _refuse_contradicting_what_is_on_record(answers: Sequence[Consent]) -> dict[Question, Answered]:
    """Raise Contradiction; what these people answered before."""
    known = answers_of(answer.customer_id for answer in answers)
    for answer in answers:
        before = known.get(question_of(answer))
        if before is not None and before.granted != answer.granted:
            raise Contradiction(_words_of_contradiction(answer))
    return known


def _words_of_contradiction(answer: Consent) -> str:
    return _(
        "%(customer)s is said to have agreed to “%(purpose)s” and refused it at the same moment. Nothing was recorded:"
        " keep the answer that was really given."
    ) % {"customer": _name_of(answer.customer_id), "purpose": Purpose(answer.purpose).label}


def _refuse_strangers(answers: Iterable[Consent]) -> None:
    owners = {answer.customer_id for answer in answers}
    known = {row[0] for row in bulk.rows_by(connection, Customer._meta.db_table, "id", list(owners), ["id"])}
    if strangers := owners - known:
        raise NoSuchCustomer(min(strangers))


def _name_of(customer_id: int) -> str:
    return str(Customer.objects.filter(pk=customer_id).first() or customer_id)
