"""A file of what a partner knows of our customers: one column says who, the others are details.

Nobody becomes a customer by it. Whoever is not known, or was forgotten, is left out and named.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pyarrow as pa
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dangol.contact.intake import headers, rejects
from dangol.contact.intake.actions import (
    Preview,
    at_once,
    day_of,
    digest_of,
    unreadable_in_words,
)
from dangol.contact.intake.checking import LONGEST
from dangol.contact.intake.headers import EMAIL, WrongMapping, plain
from dangol.contact.intake.kinds.transactions import TRANSACTIONS
from dangol.contact.intake.models import Batch
from dangol.contact.intake.staging import Staging
from dangol.contact.intake.tables import Cells, Table, names_of, opened
from dangol.contact.intake.unkept import holds_numbers
from dangol.contact.intake.whose import SOURCE
from dangol.lib import phones
from dangol.lib.bulk import Counted
from dangol.lib.progress import Progress, silent
from dangol.lib.resident_numbers import MASK, masked
from dangol.records.customers import partners
from dangol.records.customers.forgetting import forgotten
from dangol.records.customers.matching import KEYS, Key, meant, numberings
from dangol.records.customers.models import PartnerSet, new_set_key
from dangol.records.customers.partners import LONGEST_HEADING, LONGEST_VALUE, Statement
from dangol.records.staff.models import User

KIND = "details"
PART = 20_000
PERSONAL = ("customer", "phone", "name")  # columns that say who it is: known here, and not a detail
FORGOTTEN = "forgotten"

# Why a row is left out; `value_…` names the place of a cell.
REASONS: dict[str, Promise] = {
    "empty": gettext_lazy("Row %(row)s: “%(column)s” is empty. It has to say whose details these are."),
    "long": rejects.LONG,
    "unkept": gettext_lazy(
        "Row %(row)s: “%(column)s” held a resident registration number, which may not be kept."
        " Write the customer number there."
    ),
    "phone": gettext_lazy(
        "Row %(row)s: cannot read the phone number “%(cell)s” in “%(column)s”. Write it like 010-1234-5678."
    ),
    "email": gettext_lazy(
        "Row %(row)s: cannot read the address “%(cell)s” in “%(column)s”. Write it like name@example.com."
    ),
    "stranger": gettext_lazy(
        "Row %(row)s: no customer has “%(cell)s” (“%(column)s”). A partner's file makes nobody a customer:"
        " enter them first and import this row again, or drop it."
    ),
    "several": gettext_lazy(
        "Row %(row)s: several customers have “%(cell)s” (“%(column)s”). Give the customer number in its place."
    ),
    FORGOTTEN: gettext_lazy(
        "Row %(row)s: the person in “%(column)s” was forgotten, so nothing of the row is kept."
        " Ask the partner to leave them out."
    ),
    "value": gettext_lazy("Row %(row)s: the text in “%(column)s” is longer than %(most)s letters. Shorten it."),
}


@dataclass(frozen=True)
class Columns:
    """Which column says who, by what, and which are taken as details."""

    key: Key
    who: str
    details: tuple[str, ...]

    @property
    def mapping(self) -> dict[str, str]:
        """As a batch keeps it."""
        return {self.key.value: self.who}


@dataclass(frozen=True)
class Judged:
    """What the check of the cells found: rows that can be looked up, and people who come more than once."""

    readable: int
    repeated: int


def preview(path: Path, *, at: datetime) -> Preview:
    """What a file looks like and which column is guessed to say who. Raises CannotRead."""
    table = opened(path, today=day_of(at), glance=True)
    found = guessed(table.headings)
    told = unreadable_in_words(table.unreadable)
    mapping = found.mapping if found else {}
    return Preview(
        table.headings, table.samples, mapping, table.encoding, table.headings_at, [told] if told else []
    )  # fmt: skip


def guessed(headings: Sequence[str]) -> Columns | None:
    """The customer number, else the phone number, else the e-mail address; None where no heading says one."""
    known = headers.guessed(TRANSACTIONS, [heading for heading in headings if plain(heading) not in EMAIL])
    email = next((heading for heading in headings if plain(heading) in EMAIL), None)
    numbers = known if known.get("customer") not in {known.get("phone"), known.get("name")} else {}
    for key, who in (
        (Key.CUSTOMER, numbers.get("customer")), (Key.PHONE, known.get("phone")), (Key.EMAIL, email),
    ):  # fmt: skip
        if who:
            return Columns(key, who, details_among(headings, who=who))
    return None


def details_among(headings: Sequence[str], *, who: str) -> tuple[str, ...]:
    """The columns taken unless somebody says otherwise: all but those that say once more who it is, and those whose
    heading says that they hold resident numbers.
    """
    known = headers.guessed(TRANSACTIONS, headings)
    personal = {known[name] for name in PERSONAL if name in known} | {who}
    return tuple(
        heading for heading in headings
        if heading not in personal and plain(heading) not in EMAIL and not holds_numbers(heading)
    )  # fmt: skip


def chosen(headings: Sequence[str], *, mapping: Mapping[str, str], only: Collection[str] = ()) -> Columns:
    """The columns to go by: those named, the rest guessed. Raises WrongMapping, saying what there is."""
    names = ", ".join(headings)
    if strange := sorted(set(mapping) - set(Key)):
        raise WrongMapping(
            _("There is no field “%(field)s”; the fields are %(fields)s.")
            % {"field": strange[0], "fields": ", ".join(Key)}
        )
    if len(mapping) > 1:
        raise one_column_says_who()
    if absent := [heading for heading in (*mapping.values(), *only) if heading not in headings]:
        raise WrongMapping(
            _("There is no column “%(column)s” in the file; its columns are %(columns)s.")
            % {"column": absent[0], "columns": names}
        )
    found = guessed(headings)
    if mapping:
        key, who = next(iter(mapping.items()))
        found = Columns(Key(key), who, details_among(headings, who=who))
    if found is None:
        raise WrongMapping(
            _("Say which column is: %(fields)s. The columns of the file are %(columns)s.")
            % {"fields": _("customer number, phone or e-mail"), "columns": names}
        )
    if only:
        found = replace(found, details=tuple(
            one for one in headings if one in only and one != found.who and not holds_numbers(one)
        ))  # fmt: skip
    return _sound(found)


def one_column_says_who() -> WrongMapping:
    """The refusal of none or of two."""
    return WrongMapping(_("Name one column that says who it is: the customer number, the phone or the e-mail."))


def nothing_told() -> WrongMapping:
    """The refusal of a file that only says who."""
    return WrongMapping(_("There is no detail in the file: choose at least one column beside the one that says who."))


def _sound(found: Columns) -> Columns:
    if not found.details:
        raise nothing_told()
    if long := [heading for heading in found.details if len(heading) > LONGEST_HEADING]:
        raise WrongMapping(
            _("The heading “%(heading)s…” is too long: shorten it to %(most)s letters.")
            % {"heading": long[0][:20], "most": LONGEST_HEADING}
        )
    return found


def import_details(
    path: Path,
    *,
    statement: Statement | None,
    mapping: Mapping[str, str] | None = None,
    only: Collection[str] = (),
    dry_run: bool = False,
    by: User | None,
    at: datetime,
    progress: Progress = silent,
    file_name: str = "",
) -> Batch:
    """Take a partner's details of our customers into the records: all good rows or, when something fails, nothing.

    statement: whose data they are and on which ground; without one only a dry run is possible. mapping: what people are
    found by → heading; only: the headings to take. The same file again changes nothing; after a kill it is simply taken
    in again. Raises CannotRead, WrongMapping, CannotTakeDetails, DiskFull, StoreBusy.
    """
    began, today = perf_counter(), day_of(at)
    if statement is not None:
        statement = partners.sound(statement, today=today)
    elif not dry_run:
        raise partners.CannotTakeDetails(_("Say which partner the data came from."))
    table = opened(path, today=today, wanted={*(mapping or {}).values(), *only})
    columns = chosen(table.headings, mapping=mapping or {}, only=only)
    batch = Batch(
        kind=KIND, source=SOURCE, file_name=masked(file_name or path.name), digest=table.digest or digest_of(path),
        columns=table.headings, mapping=columns.mapping, by=by, started_at=at,
    )  # fmt: skip

    def write(stage: Staging, found: Judged, told: Progress) -> None:
        batch.save()
        batch.rejects.all().delete()
        batch.partner_set = _set(statement, batch)
        counted = _take(stage, table, columns, batch.partner_set, found, at=at, progress=told)
        partners.say_headings(batch.partner_set, columns.details)
        batch.rejected = sum(rejects.keep(stage, table, batch, _teller(table.headings, columns)))
        _close(batch, counted, _warnings(table, columns, found), seconds=perf_counter() - began)

    at_once(path, table, batch, lambda stage: _judge(stage, columns, table.headings), write,
            dry_run=dry_run, progress=progress)  # fmt: skip
    return batch


def _set(statement: Statement | None, batch: Batch) -> PartnerSet:
    if statement is not None:
        return partners.ensure_set(statement, by=batch.by, at=batch.started_at, today=day_of(batch.started_at))
    # A trial before anybody said whose data they are: it is taken back like everything else of the trial.
    return PartnerSet.objects.create(
        partner="–",
        dataset=new_set_key(),
        received_on=day_of(batch.started_at),
        purpose="–",
        evidence="–",
        at=batch.started_at,
    )


def _close(batch: Batch, counted: Counted, warnings: list[str], *, seconds: float) -> None:
    batch.created, batch.updated, batch.unchanged = counted.created, counted.updated, counted.unchanged
    batch.accepted = counted.created + counted.updated + counted.unchanged
    batch.rows, batch.warnings, batch.seconds = batch.accepted + batch.rejected, warnings, seconds
    batch.stage, batch.done, batch.total = "", batch.accepted, batch.accepted
    batch.finished_at = batch.started_at + timedelta(seconds=seconds)
    batch.save()


def _judge(stage: Staging, columns: Columns, headings: Cells) -> Judged:
    """Make the table `cells`: who each row speaks of, and what is wrong with what stands in it."""
    who = f"trim(c{headings.index(columns.who)})"
    place = headings.index(columns.who)
    number = (
        f"korean_mobile(regexp_replace({who}, '[^0-9+]', '', 'g'))" if settings.DANGOL.currency == "KRW" else "NULL"
    )
    said = {
        Key.CUSTOMER: f"code_of({who})", Key.PHONE: f"nullif(coalesce({number}, {who}), '')",
        Key.EMAIL: f"nullif(lower({who}), '')",
    }[columns.key]  # fmt: skip
    long = "".join(
        f" WHEN length(trim(c{one})) > {LONGEST_VALUE} THEN 'value_{one}'"
        for one in (headings.index(heading) for heading in columns.details)
    )
    email = f" WHEN NOT regexp_full_match({who}, '[^@\\s]+@[^@\\s]+') THEN 'email'" if columns.key is Key.EMAIL else ""
    stage.make(
        "cells",
        f"""
        SELECT row, {said} AS who, CASE WHEN who IS NULL THEN 'empty' WHEN contains(c{place}, '{MASK}') THEN 'unkept'
          WHEN length(who) > {LONGEST} THEN 'long'{email}{long} ELSE '' END AS problem FROM raw""",  # noqa: S608
    )
    readable = "SELECT count(*) FROM cells WHERE problem = ''"
    again = "SELECT count(*) FROM (SELECT who FROM cells WHERE problem = '' GROUP BY who HAVING count(*) > 1)"
    return Judged(stage.one(readable)[0], stage.one(again)[0])


def _take(
    stage: Staging, table: Table, columns: Columns, into: PartnerSet, found: Judged, *, at: datetime, progress: Progress
) -> Counted:
    """Look up whom each row means, write what it tells, and make `lines`: every row with its problem or none."""
    counted, done, refused = Counted(), 0, list[tuple[np.ndarray[Any, Any], list[str]]]()
    for rows, who, texts in _parts(stage, table.headings, columns):
        customers = _whom(who, columns.key)
        kept = [(one, told) for one, told in zip(customers, texts, strict=True) if isinstance(one, int)]
        new = partners.take_details(kept, into=into, at=at)
        counted = Counted(
            counted.created + new.created, counted.updated + new.updated, counted.unchanged + new.unchanged
        )
        out = [place for place, one in enumerate(customers) if isinstance(one, str)]
        refused.append((rows[out], [str(customers[place]) for place in out]))
        done += len(who)
        progress("writing", done, found.readable)
    _judge_again(stage, refused)
    return counted


def _parts(
    stage: Staging, headings: Cells, columns: Columns
) -> Iterator[tuple[np.ndarray[Any, Any], list[str], list[dict[str, str]]]]:
    """Rows, who, and what is told, of the readable rows; rows of the same person side by side, in their order."""
    names = names_of(len(headings))[1:]
    taken = [names[headings.index(heading)] for heading in columns.details]
    cells = ", ".join(f"trim(raw.{name}) AS {name}" for name in taken)
    query = (
        f"SELECT row, who, {cells} FROM cells JOIN raw USING (row)"  # noqa: S608 -- our own names
        " WHERE problem = '' ORDER BY who, row"
    )
    for part in stage.batches(query, PART):
        told = zip(*(part[name].to_pylist() for name in taken), strict=True)
        texts = [
            {heading: cell for heading, cell in zip(columns.details, row, strict=True) if cell and cell != MASK}
            for row in told
        ]
        yield part["row"].to_numpy(), part["who"].to_pylist(), texts


def _whom(values: list[str], key: Key) -> list[int | str]:
    """For each value the customer it means, or why it means none."""
    written = {value: _number(value) if key is Key.PHONE else value for value in dict.fromkeys(values)}
    found = meant([one for one in written.values() if one], by=key)
    strange = [value for value, one in written.items() if one and one not in found]
    gone = _gone(strange) if key is Key.CUSTOMER else set()
    said: dict[str, int | str] = {}
    for value, one in written.items():
        customers = found.get(one or "", set())
        if len(customers) == 1:
            said[value] = next(iter(customers))
        elif customers:
            said[value] = "several"
        else:
            said[value] = "phone" if not one else FORGOTTEN if value in gone else "stranger"
    return [said[value] for value in values]


def _gone(numbers: list[str]) -> set[str]:
    return {one for giver, scheme in numberings() for one in forgotten(numbers, source=giver, scheme=scheme)}


def _number(written: str) -> str | None:
    """A phone number in E.164, None for what is none; the staging has most of them in it already."""
    return written if written.startswith("+82") and written[1:].isdigit() else phones.e164(written)


def _judge_again(stage: Staging, refused: list[tuple[np.ndarray[Any, Any], list[str]]]) -> None:
    rows = pa.array(np.concatenate([rows for rows, _problems in refused] or [np.empty(0, np.int64)]), pa.int64())
    problems = pa.array([problem for _rows, problems in refused for problem in problems], pa.string())
    stage.engine.register("refused", pa.table({"row": rows, "problem": problems}))
    stage.make(
        "lines",
        "SELECT row, coalesce(refused.problem, cells.problem) AS problem FROM cells LEFT JOIN refused USING (row)",
    )
    stage.engine.unregister("refused")


def _teller(headings: Cells, columns: Columns) -> rejects.Tell:
    """Row, problem and cells → the reason in words and what is kept of the row: of forgotten people nothing."""
    place = headings.index(columns.who)

    def tell(row: int, problem: str, told: Cells) -> tuple[str, Cells]:
        kind, _sign, number = problem.partition("_")
        column = headings[int(number)] if number else columns.who
        words = {
            "row": row, "column": column, "cell": rejects.short(told[place].strip()), "most": LONGEST_VALUE,
        }  # fmt: skip
        return str(REASONS[kind]) % words, [""] * len(told) if kind == FORGOTTEN else told

    return tell


def _warnings(table: Table, columns: Columns, found: Judged) -> list[str]:
    """What was decided on the way, in words."""
    left = [heading for heading in table.headings if heading not in (columns.who, *columns.details)]
    told = [unreadable_in_words(table.unreadable)]
    if left:
        told.append(_("Not taken in: %(columns)s.") % {"columns": ", ".join(left)})
    if found.repeated:
        words = ngettext(
            "%(count)s person comes more than once: where the rows differ, the last one counts.",
            "%(count)s people come more than once: where the rows differ, the last one counts.",
            found.repeated,
        )
        told.append(words % {"count": f"{found.repeated:,}"})
    return [sentence for sentence in told if sentence]


def ways() -> dict[str, str | Promise]:
    """What people can be found by, in words."""
    return {key.value: word for key, word in KEYS.items()}
