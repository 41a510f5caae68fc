"""A business for tests of the API: two customers of two dealers, everything that can be asked about them, and keys."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dangol.contact.intake import profiles
from dangol.contact.intake.joining import Came
from dangol.contact.intake.models import Batch, Reject, Wrote
from dangol.contact.intake.signing_up import sign_up
from dangol.decisions.segments.models import Segment
from dangol.insight.analysis.readiness import report
from dangol.insight.analysis.reports.planning import Plan, plan
from dangol.insight.analysis.saved_questions.keeping import keep
from dangol.insight.relationship import whom_we_know
from dangol.insight.relationship.assumed.actions import change_settings
from dangol.insight.relationship.models import Imbalance
from dangol.insight.relationship.settings import ValueSettings
from dangol.lib.sealing import seal
from dangol.records.customers import attributes
from dangol.records.customers.actions import correct
from dangol.records.customers.bulk_changes import begin, carry_out
from dangol.records.customers.entering import Details, details_of
from dangol.records.customers.merging import merge
from dangol.records.customers.models import ContactPoint, Customer, PartnerSet
from dangol.records.customers.never_same import keep_apart
from dangol.records.customers.organisations import add_contact
from dangol.records.customers.parties import take_role
from dangol.records.customers.saved_views import save_view
from dangol.records.customers.search_index import index
from dangol.records.ledger.costs import Spent, spend
from dangol.records.ledger.models import Cost
from dangol.records.ledger.notes import write_note
from dangol.records.outbox import files
from dangol.records.permission.models import ConsentText
from dangol.records.permission.texts import ensure_texts
from dangol.records.rights.actions import make_sure, take_in
from dangol.records.staff.access import spool, store
from dangol.records.staff.access.entries import Entry
from dangol.records.staff.actions import invite, make_key
from dangol.records.staff.breach.actions import add_people, open_incident
from dangol.records.staff.models import Contract, Unit, User
from dangol.records.staff.roles import Role, bundle
from dangol.records.staff.scope import WHOLE
from dangol.web import clock
from dangol.web.api.urls import api
from dangol.web.imports import uploads
from tests.insight.analysis.surveys.sheets import a_wave
from tests.records.staff.office import office, staff
from tests.web.business import NOW, business, campaign, complaint, series
from tests.web.insight.found_groups import groups_run, rfm_run
from tests.web.insight.looked import looked
from tests.web.insight.patterns import patterns
from tests.web.insight.runs import contracts_run, leaving_run, rhythm_run
from tests.web.relationship.care_tasks import care_of, panel_of
from tests.web.relationship.core_runs import core_run, need_of
from tests.web.relationship.loyalty_runs import loyalty_run
from tests.web.relationship.months import two_months
from tests.web.relationship.recommended import recommended
from tests.web.relationship.stage_runs import stages_run
from tests.web.relationship.validity_runs import validity_run
from tests.web.relationship.value_runs import expectation_told, value_run

OCTOBER = datetime(2026, 10, 5, 3, tzinfo=UTC)


@dataclass(frozen=True)
class Shop:
    """Mine is of dealer D1, the neighbour of D2; `numbers` are what blanks of addresses are filled with."""

    mine: Customer
    neighbour: Customer
    numbers: dict[str, int]

    def secrets(self, *people: Customer) -> list[str]:
        """What tells who somebody is: names, and phone numbers as they are stored and written."""
        found = [person.full_name for person in people]
        for value in ContactPoint.objects.filter(customer__in=people).values_list("value", flat=True):
            found += [f"{value[5:9]}-{value[9:]}", value[3:]]
        return found

    @property
    def both(self) -> list[str]:
        return self.secrets(self.mine, self.neighbour)


def shop() -> Shop:
    """Make it."""
    units, people = office(), business()
    ensure_texts(at=NOW)
    for number, person in enumerate(people):
        person.unit = units["D1" if number % 2 == 0 else "D2"]
        person.full_name = f"{person.full_name}{'가나'[number % 2]}"
        person.save()
    index(person.pk for person in people)
    mine, neighbour, owner = people[2], people[3], staff(Role.OWNER)
    mine.entrance_sealed = seal("1234*")
    mine.save()
    report.look(at=NOW)
    rhythm_run(NOW)
    validity_run(NOW)
    value_run(NOW)
    stages_run(NOW, mine)
    loyalty_run(NOW, rows=a_wave(20, day=NOW.date()))
    core_run(NOW)
    recommended(at=NOW)
    change_settings(wanted={"tolerance": 16}, defaults=ValueSettings(), by=None, at=NOW, reason="넓혀 봐요")
    expectation_told()
    contracts_run(NOW)
    looked()
    leaving_run(NOW, Customer.objects.known())
    rfm_run(NOW)
    groups_run(NOW)
    whom_we_know.count([], at=NOW)
    patterns(at=NOW)
    two_months(people, NOW)
    numbers = {**_about(mine, owner), **_office(owner), **_log(mine, neighbour, owner), **_alike(mine, people, owner)}
    numbers["imbalance"] = Imbalance.objects.get().pk
    return Shop(mine, neighbour, numbers | _lists(mine, owner))


def _alike(mine: Customer, people: list[Customer], owner: User) -> dict[str, int]:
    """Of the same dealer: somebody else, two who were merged, two who are two, an organisation mine stands for."""
    other, company = people[0], people[4]
    company.kind = Customer.Kind.ORGANISATION
    company.save()
    merged = merge(other, [people[6]], by=owner, at=NOW)
    said = keep_apart([other.pk, company.pk], by=owner, at=NOW)
    contact = add_contact(company, mine, role="구매", by=owner, at=NOW)
    return {"other": other.pk, "merge_id": merged.pk, "said_id": said[0].pk, "contact": contact.pk}


def _about(mine: Customer, owner: User) -> dict[str, int]:
    note = write_note(mine, "다리가 불편하심", sensitive=True, by=owner, at=NOW)
    correction = correct(mine, replace(details_of(mine), place="은평구"), unit=mine.unit, by=owner, at=NOW)
    assert correction is not None
    role = take_role(mine, "consumer", since=date(2026, 1, 1), by=owner, at=NOW)
    numbers = {"customer": mine.pk, "note": note.pk, "correction": correction.pk, "role": role.pk}
    numbers["need"] = need_of(mine, owner, at=NOW).pk
    ads = Spent("win", "검색광고", NOW.date(), NOW.date(), 5000)
    spend(ads, currency="KRW", zone="Asia/Seoul", by=owner, today=NOW.date(), at=NOW)
    numbers["cost"] = Cost.objects.get().pk
    numbers["campaign"] = campaign().pk
    numbers["series"] = series().pk
    numbers["task"] = care_of(mine, owner, at=NOW).pk
    numbers["session"] = (session := panel_of(mine, owner, at=NOW)).pk
    numbers["panel"] = session.panel_id
    numbers["segment"] = Segment.objects.earliest("pk").pk
    numbers["feedback"] = complaint(mine, text="배송이 최악이에요", at=NOW).pk
    told = Details(full_name=mine.full_name, mobile=ContactPoint.objects.get(customer=mine, kind="mobile").value)
    numbers["sign_up"] = sign_up(
        told, [], came=Came(unit=mine.unit), mark="m", receipt="ABCD-2345", language="ko", place="", at=NOW
    ).pk
    for kind in ("see", "correct", "stop", "erase"):
        demand = take_in(mine, kind=kind, way="counter", by=owner, at=NOW)
        if kind != "stop":
            make_sure(demand, how="identity card seen", by=owner, at=NOW)
        numbers[kind] = demand.pk
    return numbers


def _lists(mine: Customer, owner: User) -> dict[str, int]:
    kept = save_view("II", "region=II", by=owner, at=NOW, shared=True)
    free, told = (
        keep(name, "metric=net_revenue&down=month", shared=True, by=owner, at=NOW) for name in ("free", "told")
    )
    report = plan(Plan("주간", [told], "week", 8, [owner]), by=owner, at=NOW)
    asked = {"question": free.pk, "told": told.pk, "report": report.pk, "reader": owner.pk, "mail": 1}
    many = begin("medium", {"value": "web"}, [mine.pk], by=owner, at=NOW)
    return asked | {"list": kept.pk, "many": carry_out(many, scope=WHOLE, at=NOW).pk}


def _office(owner: User) -> dict[str, int]:
    leaver = staff(Role.ANALYST, "R2")
    attributes.state(
        "shoe_size", label="Shoe size", side="of", purpose="to order shoes", basis="consent", by=owner, at=NOW
    )
    card = PartnerSet.objects.create(
        partner="하나카드", dataset="등급", received_on=NOW.date(), purpose="혜택 안내", basis="consent",
        evidence="동의서 v3", side="of", told=["등급"], at=NOW,
    )  # fmt: skip
    batch = Batch.objects.create(
        kind="transactions", source="file", file_name="sales.csv", started_at=NOW, finished_at=NOW, rejected=1,
        columns=["고객번호", "일자", "금액"], mapping={"customer": "고객번호", "time": "일자", "amount": "금액"},
    )  # fmt: skip
    Reject.objects.create(batch=batch, row=3, reason="어제", original=["A1", "어제", "9000"])
    Wrote.objects.create(batch=batch, table="catalog_product", first_key=1, last_key=1)
    profile = profiles.save(
        "a till", kind="transactions", headings=batch.columns, mapping=batch.mapping, by=owner, at=NOW
    )
    out = files.begin(
        name="a study", what="people", view=None, team="research", purpose="the yearly study", direct=False, ground="",
        form="csv", rhythm="hand", folder="study", language="ko", by=owner, at=NOW,
    )  # fmt: skip
    invited = invite(name="이초대", role=Role.AGENT, unit=None, by=owner, at=clock.now())
    return {
        "text": ConsentText.objects.earliest("pk").pk,
        "leaver": leaver.pk, "import": batch.pk, "profile": profile.pk, "partner": card.pk,
        "invitation": invited.row.pk,
        "extract": out.pk, "extract_file": files.ask(out, "first", by=owner, at=NOW).pk,
        "unit": Unit.objects.get(code="D3").pk, "contract": Contract.objects.earliest("pk").pk,
    }  # fmt: skip


def _log(mine: Customer, neighbour: Customer, owner: User) -> dict[str, int]:
    leak = open_incident(
        "a lost laptop", standing="certain", aware_at=NOW, by=owner, at=NOW, items="names", course="left in a train",
        advice="be careful", measures="locked", contact="02-555-0000",
    )  # fmt: skip
    add_people(leak, [mine.pk, neighbour.pk], how="list", by=owner, at=NOW)
    spool.append(Entry(at=OCTOBER, verb="took", page="an older page", user_id=owner.pk, user="owner", role="owner",
                       reason="a list", subjects=(mine.pk, neighbour.pk)))  # fmt: skip
    store.seal()
    return {"breach": leak.pk, "access": 1}


def waiting() -> str:
    """A file that waits to be taken in; its token."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sales.csv"
        path.write_text("고객번호,일자,금액\nA1,2026-10-01,9000\n", encoding="utf-8")
        return uploads.keep(path, at=NOW)


def key(user: User, *, may: Any = None, days: int = 30) -> str:
    """A key of this member of staff, with everything they may unless told otherwise."""
    now, words = clock.now(), bundle(user.role) if may is None else may
    return make_key(name="a till", may=words, expires_at=now + timedelta(days=days), by=user, at=now).secret


def operations() -> dict[str, tuple[str, str, Any]]:
    """Method, path and function of every operation there is."""
    return {
        operation.operation_id: (operation.methods[0], path, operation.view_func)
        for _, router in api._routers
        for path, view in router.path_operations.items()
        for operation in view.operations
    }


def send(method: str, path: str, token: str, body: Any = None, **query: Any) -> Any:
    """Ask the API; a 500 comes back as such."""
    headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
    client, address = Client(raise_request_exception=False), f"/api/v1{path}"
    if method == "GET":
        return client.get(address, query, headers=headers)
    if isinstance(body, dict) and isinstance(body.get("file"), bytes):
        return client.post(address, {"file": SimpleUploadedFile("sales.csv", body["file"])}, headers=headers)
    return client.generic(
        method, address, json.dumps(body).encode() if body is not None else b"", "application/json", headers=headers
    )


def text_of(answer: Any) -> str:
    """What was answered, a file too."""
    streamed = getattr(answer, "streaming_content", None)
    return (b"".join(streamed) if streamed is not None else answer.content).decode(errors="replace")
