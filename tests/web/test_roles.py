"""Every page, fragment and file by every role: allowed, masked, own customers alone, or refused.

A route without a line in the table fails. The table says what should be; the pages say with `needs` what they take,
so a slip on either side shows.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from dangol.contact.intake import profiles
from dangol.contact.intake.joining import Came
from dangol.contact.intake.models import SignUp
from dangol.contact.intake.signing_up import sign_up
from dangol.decisions.campaigns.models import Campaign, Series
from dangol.decisions.care.models import CareTask, Panel, PanelSession
from dangol.decisions.segments.models import Segment
from dangol.insight.analysis.models import LikePair, ProposedPerson, Report, Run, SavedQuestion
from dangol.insight.analysis.reports.planning import Plan, plan
from dangol.insight.analysis.saved_questions.keeping import keep
from dangol.insight.relationship.models import Imbalance
from dangol.lib.sealing import seal
from dangol.records.customers.actions import correct
from dangol.records.customers.bulk_changes import begin, carry_out
from dangol.records.customers.entering import Details, details_of
from dangol.records.customers.models import (
    BulkChange,
    ContactPoint,
    Correction,
    Customer,
    PartnerDetail,
    PartnerSet,
    PartyRole,
    SavedView,
)
from dangol.records.customers.parties import take_role
from dangol.records.customers.saved_views import save_view
from dangol.records.customers.search_index import index
from dangol.records.ledger.costs import Spent, spend
from dangol.records.ledger.models import Cost, Note
from dangol.records.ledger.notes import write_note
from dangol.records.permission.models import ConsentText
from dangol.records.permission.texts import ensure_texts
from dangol.records.rights.actions import take_in
from dangol.records.rights.models import Step
from dangol.records.staff.access import spool, store
from dangol.records.staff.access.entries import Entry
from dangol.records.staff.breach.actions import add_people, open_incident
from dangol.records.staff.breach.models import Incident
from dangol.records.staff.models import Contract, Unit, User
from dangol.records.staff.roles import Role
from dangol.records.staff.scope import WHOLE
from dangol.records.voices.models import Feedback, StatedNeed
from tests import once
from tests.records.staff.office import office, staff
from tests.web.business import NOW, business, campaign, complaint, series
from tests.web.insight.patterns import everybody_hears, patterns
from tests.web.insight.runs import leaving_run
from tests.web.relationship.care_tasks import care_of, panel_of
from tests.web.relationship.core_runs import core_run, need_of
from tests.web.relationship.months import two_months
from tests.web.relationship.value_runs import expectation_told

pytestmark = [pytest.mark.django_db, pytest.mark.store]

OCTOBER = datetime(2026, 10, 5, 3, tzinfo=UTC)
# One letter a role, in this order. y: sees people as they are; m: sees them masked; o: sees own customers alone, as
# they are; a: lets in, and no person is on it; n: refused.
ROLES = (Role.OWNER, Role.MARKETER, Role.AGENT, Role.ANALYST, Role.DEALER, Role.AUDITOR)
UNITS = {Role.OWNER: None, Role.DEALER: "D1"}

ADS = {"purpose": "win", "channel": "검색광고", "amount": "1000", "since": "2026-10-01"}
# route: (method, who, what is sent)
ROUTES: dict[str, tuple[str, str, dict[str, str]]] = {
    "today": ("get", "aaaaom", {}),
    "password": ("get", "aaaaaa", {}),
    "customers": ("get", "ymymom", {}),
    "find": ("get", "ymymom", {"q": "궁민"}),
    "customers_count": ("get", "aaaaaa", {}),
    "customers_filter": ("get", "aaaaaa", {}),
    "customers_columns": ("get", "aaaaaa", {}),
    "customers_file": ("post", "ymnmnn", {"reason": "a list for the shop", "kind": "csv"}),
    "customers_bulk": ("get", "ananan", {}),
    "customers_bulk_change": ("get", "ananan", {}),
    "customers_bulk_undo": ("post", "ananan", {}),
    "customers_known": ("get", "aanana", {}),
    "customers_known_count": ("post", "aanana", {}),
    "customers_known_work": ("get", "aanana", {}),
    "sign_ups": ("get", "ananan", {}),
    "sign_up": ("get", "ynynon", {}),
    "sign_up_take_in": ("post", "ynynon", {}),
    "sign_up_turn_away": ("post", "ananan", {}),
    "sign_up_back": ("post", "ynynon", {}),
    "sign_up_delete": ("post", "ananan", {}),
    "sign_up_form": ("get", "annnnn", {}),
    "sign_up_way": ("post", "annnnn", {"medium": "flyer", "came_by": "가을 전단"}),
    "sign_up_poster": ("get", "annnnn", {}),
    "customers_view_new": ("get", "aaaaaa", {}),
    "customers_view": ("get", "aaaaaa", {}),
    "customers_view_remove": ("post", "aaaaaa", {}),
    "customers_view_back": ("post", "aaaaaa", {}),
    "customer": ("get", "ymymom", {}),
    "customer_timeline": ("get", "ymymom", {}),
    "customer_new": ("get", "ananan", {}),
    "customer_correct": ("get", "ynynon", {}),
    "customer_undo": ("post", "ananan", {}),
    "customer_entrance": ("post", "ynynon", {}),
    "customer_roles": ("get", "ynynnn", {}),
    "customer_role_end": ("post", "anannn", {"until": "2026-11-30"}),
    "customer_household": ("get", "ynynon", {}),
    "customer_contacts": ("get", "ynynon", {}),
    "customer_contact_end": ("post", "ananan", {}),
    "duplicates": ("get", "ynynon", {}),
    "duplicates_search": ("post", "ananan", {}),
    "duplicates_work": ("get", "ananan", {}),
    "duplicates_compare": ("get", "ananan", {}),
    "duplicates_choose": ("get", "ynynon", {}),
    "duplicates_merge": ("post", "ananan", {}),
    "duplicates_unmerge": ("post", "ananan", {}),
    "duplicates_apart": ("post", "ananan", {}),
    "duplicates_apart_back": ("post", "ananan", {}),
    "customer_link": ("get", "ynynnn", {}),
    "customer_unmask": ("post", "ynnnny", {"reason": "the yearly inspection"}),
    "customer_value": ("get", "ymymnn", {}),
    "customer_consents": ("get", "ynynnn", {}),
    "customer_answer": (
        "post",
        "anannn",
        {"question": "marketing|email|", "answer": "no", "given_by": "person", "how": "phone"},
    ),
    "customer_suppress": ("post", "anannn", {"channel": "", "how": "phone", "reason": "asked"}),
    "customer_lift": ("post", "anannn", {"channel": "", "how": "phone", "why": "asked again"}),
    "customer_wishes": ("post", "anannn", {"how": "phone", "per_month": "2"}),
    "customer_guardian": ("post", "anannn", {}),
    "customer_needs": ("get", "ynynon", {}),
    "customer_need_back": ("post", "ananan", {}),
    "customer_note": ("post", "ananan", {"text": "문 앞에 두기"}),
    "customer_note_strike": ("get", "ynynon", {}),
    "customer_note_shown": ("post", "ynynon", {}),
    "messages": ("get", "ymnmnm", {}),
    "insight": ("get", "aaaann", {}),
    "insight_ask": ("post", "aaaann", {}),
    "insight_file": ("get", "aaaann", {}),
    "insight_costs": ("get", "aaaann", {}),
    "insight_costs_enter": ("post", "aannnn", ADS),
    "insight_costs_back": ("post", "aannnn", {}),
    "insight_costs_count": ("post", "aaaann", {}),
    "insight_costs_work": ("get", "aaaann", {}),
    "insight_cube": ("get", "aaaaan", {"metric": "net_revenue"}),
    "insight_cube_file": ("get", "aaaaan", {"metric": "net_revenue", "down": "month"}),
    "insight_cube_table": ("get", "aaaaan", {"metric": "net_revenue", "down": "month"}),
    "insight_cube_stop": ("post", "aaaaan", {"metric": "net_revenue"}),
    "insight_cube_whom": ("get", "aaaaan", {"metric": "net_revenue", "of": "net_revenue"}),
    "insight_cube_keep": ("post", "aannnn", {"name": "챙길 손님"}),
    "insight_question_new": ("get", "aaaann", {"metric": "net_revenue"}),
    "insight_question": ("get", "aaaann", {}),
    "insight_question_edit": ("get", "aaaann", {}),
    "insight_question_remove": ("post", "aaaann", {}),
    "insight_question_back": ("post", "aaaann", {}),
    "insight_reports": ("get", "aaaann", {}),
    "insight_report": ("get", "aaaann", {}),
    "insight_report_edit": ("get", "aaaann", {}),
    "insight_report_end": ("post", "aaaann", {}),
    "insight_report_take_up": ("post", "aaaann", {}),
    "insight_report_send": ("post", "aaaann", {}),
    "insight_report_again": ("post", "aaaann", {}),
    "insight_report_file": ("get", "aaaann", {}),
    "insight_rhythm": ("get", "aaaann", {}),
    "insight_rhythm_ask": ("post", "aaaann", {}),
    "insight_rhythm_work": ("get", "aaaann", {}),
    "insight_feedback": ("get", "ymymnn", {}),
    "insight_feedback_read": ("post", "aaaann", {}),
    "insight_feedback_work": ("get", "aaaann", {}),
    "insight_feedback_file": ("get", "aaaann", {}),
    "insight_feedback_tone": ("post", "anannn", {"tone": "glad"}),
    "insight_baskets": ("get", "aaaann", {}),
    "insight_baskets_find": ("post", "aaaann", {}),
    "insight_baskets_work": ("get", "aaaann", {}),
    "insight_baskets_list": ("post", "ymnmnn", {"reason": "a list for the shop", "kind": "csv"}),
    "insight_baskets_whom": ("get", "ymymnn", {}),
    "insight_baskets_whom_list": ("post", "ymnmnn", {"reason": "a list for the shop", "kind": "csv"}),
    "insight_contracts": ("get", "aaaann", {}),
    "insight_contracts_ask": ("post", "aaaann", {}),
    "insight_contracts_work": ("get", "aaaann", {}),
    "insight_leaving": ("get", "ymymnn", {}),
    "insight_leaving_look": ("post", "aaaann", {"days": "30"}),
    "insight_leaving_work": ("get", "aaaann", {}),
    "insight_satisfaction": ("get", "aaaann", {}),
    "insight_satisfaction_look": ("post", "aaaann", {}),
    "insight_satisfaction_work": ("get", "aaaann", {}),
    "insight_groups": ("get", "aaaann", {}),
    "insight_groups_look": ("post", "aaaann", {}),
    "insight_groups_work": ("get", "aaaann", {}),
    "insight_statistics": ("get", "aaaann", {}),
    "insight_statistics_work": ("get", "aaaann", {}),
    "insight_statistics_ask": ("get", "aaaann", {}),
    "insight_statistics_file": ("get", "aaaann", {}),
    "map": ("get", "ymymnn", {"region": "II"}),
    "map_sendable": ("get", "aaaann", {"region": "II"}),
    "map_spec": ("get", "aaaann", {}),
    "stages": ("get", "aaaann", {}),
    "stages_ask": ("post", "aaaann", {}),
    "stages_work": ("get", "aaaann", {}),
    "stages_file": ("get", "aaaann", {}),
    "core_customers": ("get", "aaaann", {}),
    "core_find": ("post", "aaaann", {"profit_by": "contribution", "profit_percent": "20", "months": "9", "words": "1"}),
    "core_need": ("get", "ymymnn", {}),
    "core_work": ("get", "aaaann", {}),
    "core_kind": ("get", "aaaann", {}),
    "core_file": ("get", "aaaann", {}),
    "value_settings": ("get", "aaaann", {}),
    "value_settings_try": ("post", "aaaann", {"tolerance": "20"}),
    "value_settings_work": ("get", "aaaann", {}),
    "value_settings_save": ("post", "annnnn", {"tolerance": "20", "reason": "시험해 봐요"}),
    "value_settings_now": ("post", "annnnn", {}),
    "value_settings_valuing": ("get", "aaaann", {}),
    "value_settings_undo": ("post", "annnnn", {}),
    "expectation": ("get", "ymymnn", {}),
    "value_test": ("get", "aaaann", {}),
    "value_test_ask": ("post", "aaaann", {}),
    "value_test_work": ("get", "aaaann", {}),
    "value_test_file": ("get", "aaaann", {}),
    "positioning": ("get", "aaaann", {}),
    "loop": ("get", "aaaann", {}),
    "loop_set": ("post", "annnnn", {"every": "month", "budget": "100000"}),
    "followed": ("get", "aaaann", {}),
    "loyalty": ("get", "aaaann", {}),
    "loyalty_plan": ("post", "annnnn", {"every": "never"}),
    "loyalty_measure": ("post", "aaaann", {}),
    "loyalty_work": ("get", "aaaann", {}),
    "loyalty_file": ("get", "aaaann", {}),
    "loyalty_ask": ("post", "ymnmnn", {"reason": "a list for the survey", "kind": "csv"}),
    "positioning_ask": ("post", "aaaann", {"budget": "100000"}),
    "positioning_work": ("get", "aaaann", {}),
    "positioning_programme": ("get", "aannnn", {}),
    "validity": ("get", "aaaann", {}),
    "validity_ask": ("post", "aaaann", {}),
    "validity_work": ("get", "aaaann", {}),
    "validity_file": ("get", "aaaann", {}),
    "map_file": ("get", "aaaann", {}),
    "map_then_file": ("get", "aaaann", {}),
    "movement": ("get", "aaaann", {}),
    "movement_work_out": ("post", "aaaann", {"months": "3"}),
    "movement_work": ("get", "aaaann", {}),
    "movement_who": ("get", "ymymnn", {"was": "III", "became": "II"}),
    "movement_file": ("get", "aaaann", {}),
    "imbalance_give": ("post", "aaaann", {}),
    "imbalance_close": ("post", "aaaann", {"note": "called them"}),
    "map_list": ("post", "ymnmnn", {"reason": "a list for the shop", "kind": "csv"}),
    "campaigns": ("get", "aanana", {}),
    "campaign": ("get", "aanana", {}),
    "campaign_work": ("get", "aanana", {}),
    "campaign_movement": ("get", "aanana", {}),
    "campaign_file": ("get", "aanana", {}),
    "campaign_plan": ("get", "ymnnnn", {"channel": "till_coupon"}),
    "campaign_audience": ("get", "aannnn", {}),
    "campaign_letter": ("post", "ymnnnn", {"channel": "till_coupon", "body": "{{이름}}님", "offer": "thanks"}),
    "campaign_send": ("post", "aannnn", {}),
    "campaign_later": ("post", "aannnn", {}),
    "campaign_measure": ("post", "aannnn", {}),
    "repeating": ("get", "ymnmnm", {}),
    "repeating_step": ("post", "aannnn", {"step": "start"}),
    "repeating_issue": ("post", "aannnn", {}),
    "repeating_measure": ("post", "aannnn", {}),
    "repeating_work": ("get", "aanana", {}),
    "repeating_change": ("get", "aannnn", {}),
    "care": ("get", "ymymom", {"who": "all"}),
    "care_plan": ("get", "aannnn", {}),
    "care_new": ("get", "ynynon", {}),
    "care_settle": ("post", "ananan", {"outcome": "done", "note": "기뻐하심"}),
    "care_back": ("post", "ananan", {}),
    "care_panels": ("get", "aaaaaa", {}),
    "care_panel_open": ("post", "ananan", {"name": "아침 패널", "since": "2026-11-01"}),
    "care_panel": ("get", "ymymom", {}),
    "care_join": ("get", "ynynon", {}),
    "care_session": ("post", "ynynon", {"topic": "포장"}),
    "care_session_back": ("post", "anannn", {}),
    "care_give": ("post", "ynynon", {}),
    "segments": ("get", "aanana", {}),
    "segment": ("get", "aanana", {}),
    "segment_ask_again": ("post", "aannnn", {}),
    "segment_decide": ("post", "aannnn", {"target": "first", "position": "단골의 가게"}),
    "segment_keep": ("post", "aannnn", {"region": "II", "name": "챙길 손님"}),
    "segment_sheets": ("get", "aanana", {}),
    "import": ("get", "aannnn", {}),
    "import_own": ("post", "aannnn", {}),
    "import_example": ("get", "aannnn", {}),
    "import_file": ("get", "aannnn", {}),
    "import_trial": ("get", "aannnn", {}),
    "import_take": ("post", "aannnn", {}),
    "import_run": ("get", "aannnn", {}),
    "import_details": ("get", "aannnn", {}),
    "import_details_trial": ("get", "aannnn", {}),
    "import_details_take": ("post", "aannnn", {}),
    "import_details_run": ("get", "aannnn", {}),
    "import_result": ("get", "aannnn", {}),
    "import_rejects": ("get", "aannnn", {}),
    "import_mend": ("post", "aannnn", {}),
    "import_undo": ("get", "aannnn", {}),
    "import_undo_run": ("get", "aannnn", {}),
    "import_profiles": ("get", "aannnn", {}),
    "extracts": ("get", "aanann", {}),
    "extract": ("get", "aanann", {}),
    "extract_make": ("post", "aanann", {}),
    "extract_end": ("post", "aanann", {}),
    "extract_delete": ("post", "aanann", {}),
    "import_profile_rename": ("post", "aannnn", {}),
    "import_profile_delete": ("post", "aannnn", {}),
    "import_profile_regular": ("post", "aannnn", {"rhythm": "day"}),
    "privacy": ("get", "aaaaaa", {}),
    "consent_texts": ("get", "anannn", {}),
    "consent_text": ("get", "anannn", {}),
    "consent_text_write": ("get", "anannn", {}),
    "consent_text_publish": ("post", "anannn", {}),
    "consent_text_discard": ("post", "anannn", {}),
    "permission_rules": ("get", "aaaaaa", {}),
    "privacy_requests": ("get", "ynynnn", {}),
    "privacy_rights": ("get", "ynynnn", {}),
    "privacy_request": ("get", "ynynnn", {}),
    "privacy_request_step": ("post", "ynynnn", {"note": "identity card seen"}),
    "privacy_request_review": ("post", "ynynnn", {"which": "region|run:1", "outcome": "stands", "words": "as it is"}),
    "privacy_letter": ("get", "ynynnn", {}),
    "privacy_bundle": ("get", "ynynnn", {}),
    "privacy_correct": ("get", "ynynnn", {}),
    "privacy_stop": ("get", "ynynnn", {}),
    "privacy_erase": ("get", "ynynnn", {}),
    "privacy_destructions": ("get", "aanana", {}),
    "readiness": ("get", "aanana", {}),
    "readiness_look": ("post", "aanana", {}),
    "readiness_work": ("get", "aanana", {}),
    "readiness_pdf": ("get", "aanana", {}),
    "readiness_examples": ("get", "aanana", {}),
    "privacy_inventory": ("get", "aanana", {}),
    "privacy_inventory_count": ("post", "aanana", {}),
    "privacy_inventory_work": ("get", "aanana", {}),
    "privacy_inventory_detail": ("get", "annnnn", {}),
    "privacy_partners": ("get", "aanana", {}),
    "privacy_partner": ("get", "aanana", {}),
    "privacy_partner_end": ("post", "annnnn", {"reason": "the alliance ended"}),
    "privacy_notice": ("get", "aanana", {}),
    "privacy_retention": ("get", "aanana", {}),
    "privacy_retention_run": ("post", "annnnn", {}),
    "privacy_hold": ("get", "nnnnna", {}),
    "access_log": ("get", "ynnnnm", {}),
    "access_file": ("post", "annnna", {"reason": "the yearly inspection", "kind": "csv"}),
    "access_entry": ("get", "ynnnnm", {}),
    "access_reviews": ("get", "annnna", {}),
    "access_review": ("get", "ynnnnm", {}),
    "access_sign": ("post", "ynnnnm", {"note": "nothing"}),
    "breaches": ("get", "annnnn", {}),
    "breach_open": ("get", "annnnn", {}),
    "breach": ("get", "annnnn", {}),
    "breach_finding": ("post", "annnnn", {"standing": "certain"}),
    "breach_log": ("post", "annnnn", {"since": "2026-01-01T00:00", "until": "2027-01-01T00:00"}),
    "breach_list": ("post", "annnnn", {"numbers": "T00002"}),
    "breach_send": ("post", "annnnn", {"channel": "shown_sms", "language": "ko"}),
    "breach_work": ("get", "annnnn", {}),
    "breach_decide": ("post", "annnnn", {"kind": "note", "text": "looked"}),
    "breach_file": ("post", "ynnnnn", {"reason": "to telephone them", "kind": "csv"}),
    "still_here": ("get", "aaaaaa", {}),
    "mfa_index": ("get", "aaaaaa", {}),
    "mfa_activate_totp": ("get", "aaaaaa", {}),
    "mfa_deactivate_totp": ("get", "aaaaaa", {}),
    "mfa_view_recovery_codes": ("get", "aaaaaa", {}),
    "mfa_generate_recovery_codes": ("get", "aaaaaa", {}),
    "mfa_add_webauthn": ("get", "aaaaaa", {}),
    "mfa_remove_webauthn": ("get", "aaaaaa", {}),
    "account_reauthenticate": ("get", "aaaaaa", {}),
    "mfa_reauthenticate": ("get", "aaaaaa", {}),
    "mfa_reauthenticate_webauthn": ("get", "aaaaaa", {}),
    "account_mail": ("post", "aaaaaa", {"email": "me@shop.example", "language": "ko"}),
    "sessions_end": ("post", "aaaaaa", {}),
    "staff": ("get", "annnnn", {}),
    "staff_invite": ("get", "annnnn", {}),
    "staff_withdraw": ("post", "annnnn", {}),
    "staff_person": ("get", "annnnn", {}),
    "staff_keys": ("get", "annnnn", {}),
    "staff_key_revoke": ("post", "annnnn", {}),
    "staff_units": ("get", "annnnn", {}),
    "staff_unit_new": ("get", "annnnn", {}),
    "staff_unit": ("get", "annnnn", {}),
    "staff_recipient": ("get", "annnnn", {}),
    "staff_contract_end": ("post", "annnnn", {}),
    "start": ("get", "annnnn", {}),
    "start_home": ("get", "annnnn", {}),
    "start_load": ("post", "annnnn", {}),
    "switch": ("post", "annnnn", {}),
}
# The customers' own pages: what opens them is a link; tests/web/public/test_gate.py walks them.
OWN_PAGES = {
    "own_start", "own_notice", "own_nowhere", "own_stop", "own_wishes", "own_consent", "own_data", "own_code",
    "own_close", "own_see", "own_file", "own_correct", "own_halt", "own_object", "own_explain", "own_erase",
    "own_requests", "own_join",
}  # fmt: skip
# Open to anybody: nobody's data are on them.
OPEN = {
    "sign_in", "account_login", "mfa_authenticate", "mfa_login_webauthn", "sign_out", "invitation", "new_password",
    "set_language", "chart_bundle", "served_home", *OWN_PAGES,
}  # fmt: skip


@cache
def routes() -> list[tuple[str, str, URLPattern]]:
    """Name, address and pattern of every route there is."""
    return list(routes_of(get_resolver().url_patterns, ""))


def routes_of(patterns: Any, before: str) -> Iterator[tuple[str, str, URLPattern]]:
    """Those of these patterns, which stand behind this."""
    for one in patterns:
        if isinstance(one, URLResolver) and one.app_name == "api":
            continue  # its doors are walked by tests/web/api
        if isinstance(one, URLResolver):
            yield from routes_of(one.url_patterns, before + str(one.pattern))
        else:
            yield str(one.name), before + str(one.pattern), one


def test_every_route_has_a_line() -> None:
    assert {name for name, _, _ in routes()} == set(ROUTES) | OPEN


def test_every_route_says_whom_it_lets_in() -> None:
    silent = [
        name
        for name, _, pattern in routes()
        if not hasattr(pattern.callback, "needs") and getattr(pattern.callback, "login_required", True)
    ]
    assert silent == []


@dataclass(frozen=True)
class World:
    """Two customers of two dealers: what is secret of each. And a session of each role."""

    mine: Customer
    neighbour: Customer
    sessions: dict[Role, str]

    def secrets(self, person: Customer) -> list[str]:
        numbers = ContactPoint.objects.filter(customer=person).values_list("value", flat=True)
        ends = [f"{number[5:9]}-{number[9:]}" for number in numbers] + [number[3:] for number in numbers]
        return [person.full_name, *ends]


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[once.Made[World]]:
    yield from once.made(django_db_blocker, tmp_path_factory.mktemp("made"), make_world)


@pytest.fixture
def world(made: once.Made[World], settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    being_loaded(tmp_path / "dairy")
    everybody_hears(monkeypatch)
    return once.found(made, settings, tmp_path)


def being_loaded(home: Path) -> None:
    """Let another home be one that is being loaded already and cannot be opened: nothing begins to load it beside."""
    home.mkdir()
    (home / "progress.json").write_text(json.dumps({"stage": "customers", "done": 1, "total": 2, "pid": os.getpid()}))
    (home / "dangol.toml").write_text("nonsense = 1\n")


def make_world() -> World:
    """Make the business with something for every page to show."""
    units, people = office(), business()
    leaving_run(NOW, people)
    expectation_told()
    ensure_texts(at=NOW)
    for number, person in enumerate(people):
        person.unit, person.full_name = (
            units["D1" if number % 2 == 0 else "D2"],
            f"{person.full_name}{'가나'[number % 2]}",
        )
        person.save()
    index(person.pk for person in people)
    campaign()
    series()
    mine = people[2]
    mine.entrance_sealed = seal("1234*")
    mine.save()
    owner = staff(Role.OWNER)
    write_note(mine, "다리가 불편하심", sensitive=True, by=owner, at=NOW)
    core_run(NOW)
    need_of(mine, owner, at=NOW)
    care_of(mine, owner, at=NOW)
    panel_of(mine, owner, at=NOW)
    correct(mine, replace(details_of(mine), place="은평구"), unit=mine.unit, by=owner, at=NOW)
    take_role(mine, "dealer", since=NOW.date(), by=owner, at=NOW)
    take_in(mine, kind="see", way="counter", by=owner, at=NOW)
    leak = open_incident("a lost laptop", standing="certain", aware_at=NOW, by=owner, at=NOW)
    add_people(leak, [mine.pk, people[3].pk], how="list", by=owner, at=NOW)
    card = PartnerSet.objects.create(
        partner="하나카드", dataset="등급", received_on=NOW.date(), purpose="혜택 안내", basis="consent",
        evidence="동의서 v3", side="of", told=["등급"], at=NOW,
    )  # fmt: skip
    PartnerDetail.objects.create(partner_set=card, customer=mine, told={"등급": "골드"})
    spool.append(Entry(at=OCTOBER, verb="took", page="an older page", user_id=owner.pk, user="owner", role="owner",
                       reason="a list", subjects=(mine.pk, people[3].pk)))  # fmt: skip
    store.seal()
    save_view("II", "region=II", by=owner, at=NOW, shared=True)
    sales = keep("매출", "metric=net_revenue&down=month", shared=True, by=owner, at=NOW)
    plan(Plan("주간", [sales], "week", 8, [owner]), by=owner, at=NOW)
    many = begin("medium", {"value": "web", "word": "웹"}, [mine.pk, people[3].pk], by=owner, at=NOW)
    carry_out(many, scope=WHOLE, at=NOW)
    alike = Run.objects.create(kind="duplicates", as_of=NOW, started_at=NOW, finished_at=NOW)
    one = ProposedPerson.objects.create(run=alike, size=2, probability=0.97)
    LikePair.objects.create(
        run=alike, person=one, left=mine, right=people[4], probability=0.97, agreed={"name": "close"}
    )
    known = ContactPoint.objects.get(customer=mine, kind="mobile").value
    sign_up(
        Details(full_name="김새봄", mobile=known), [], came=Came(unit=units["D1"]), mark="m", receipt="ABCD-2345",
        language="ko", place="", at=NOW,
    )  # fmt: skip
    complaint(mine, text="배송이 최악이에요", at=NOW)
    profiles.save("POS", kind="transactions", headings=["언제"], mapping={"time": "언제"}, by=owner, at=NOW)
    patterns(at=NOW)
    two_months(people, NOW)
    ads = Spent("win", "검색광고", NOW.date(), NOW.date(), 5000)
    spend(ads, currency="KRW", zone="Asia/Seoul", by=owner, today=NOW.date(), at=NOW)
    return World(mine, people[3], {role: session_of(role) for role in ROLES})


def session_of(role: Role) -> str:
    """Let somebody of this role sign in; what their browser keeps."""
    client = Client()
    client.force_login(staff(role, UNITS.get(role)))
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def browser_of(role: Role, world: World) -> Client:
    """A browser of somebody of this role, who has signed in."""
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = world.sessions[role]
    return client


# What stands for a blank of an address: what is there.
BLANKS: dict[str, Callable[[Customer], object]] = {
    "<int:customer_id>": lambda person: person.pk,
    "<int:series_id>": lambda _: Series.objects.get().pk,
    "<int:pk>": lambda _: Campaign.objects.get().pk,
    "<int:run_id>": lambda _: Run.objects.earliest("pk").pk,
    "<slug:kind>": lambda _: "svg",
    "<int:question_id>": lambda _: SavedQuestion.objects.earliest("pk").pk,
    "<int:report_id>": lambda _: Report.objects.earliest("pk").pk,
    "<int:mail_id>": lambda _: 1,
    "<int:feedback_id>": lambda _: Feedback.objects.earliest("pk").pk,
    "<int:segment_id>": lambda _: Segment.objects.earliest("pk").pk,
    "<slug:token>": lambda _: "0" * 24,
    "<int:number>": lambda _: 1,
    "<slug:name>": lambda _: "dairy",
    "<int:user_id>": lambda _: User.objects.earliest("pk").pk,
    "<int:unit_id>": lambda _: Unit.objects.earliest("pk").pk,
    "<int:invitation_id>": lambda _: 1,
    "<int:key_id>": lambda _: 1,
    "<int:contract_id>": lambda _: Contract.objects.earliest("pk").pk,
    "<int:passkey_id>": lambda _: 1,
    "<int:note_id>": lambda _: Note.objects.earliest("pk").pk,
    "<int:panel_id>": lambda _: Panel.objects.earliest("pk").pk,
    "<int:session_id>": lambda _: PanelSession.objects.earliest("pk").pk,
    "<int:task_id>": lambda _: CareTask.objects.earliest("pk").pk,
    "<int:cost_id>": lambda _: Cost.objects.earliest("pk").pk,
    "<int:need_id>": lambda _: StatedNeed.objects.earliest("pk").pk,
    "<int:correction_id>": lambda _: Correction.objects.earliest("pk").pk,
    "<int:request_id>": lambda _: Step.objects.earliest("pk").request_id,
    "<int:step_id>": lambda _: Step.objects.earliest("pk").pk,
    "<int:text_id>": lambda _: ConsentText.objects.earliest("pk").pk,
    "<slug:code>": lambda _: "new",
    "<slug:purpose>": lambda _: "marketing",
    "<slug:language>": lambda _: "ko",
    "<slug:check>": lambda _: "source",
    "<slug:state>": lambda _: "checked",
    "<slug:question>": lambda _: "rhythm",
    "<slug:asked>": lambda _: "compare",
    "<slug:chart>": lambda _: "tracking",
    "<slug:who>": lambda _: "core_profit",
    "<int:sign_up_id>": lambda _: SignUp.objects.earliest("pk").pk,
    "<int:role_id>": lambda _: PartyRole.objects.earliest("pk").pk,
    "<int:view_id>": lambda _: SavedView.objects.earliest("pk").pk,
    "<int:change_id>": lambda _: BulkChange.objects.earliest("pk").pk,
    "<int:merge_id>": lambda _: 1,
    "<int:imbalance_id>": lambda _: Imbalance.objects.get().pk,
    "<int:said_id>": lambda _: 1,
    "<int:contact_id>": lambda _: 1,
    "<int:set_id>": lambda _: PartnerSet.objects.earliest("pk").pk,
    "<int:incident_id>": lambda _: Incident.objects.earliest("pk").pk,
    "baskets/<int:run_id>": lambda _: f"baskets/{Run.objects.get(kind='baskets').pk}",
    "<slug:part>": lambda _: "together",
    "<int:place>": lambda _: 0,
    "<slug:month>": lambda _: "2026-10",
}


def addressed(route: str, person: Customer) -> str:
    """The address of a route, its blanks filled with what is there."""
    path = next(path for name, path, _ in routes() if name == route)
    for blank in re.findall("(?:baskets/)?<[^>]+>", path):
        path = path.replace(blank, str(BLANKS[blank](person)))
    return f"/{path}"


def answer(client: Client, route: str, person: Customer) -> HttpResponseBase:
    method, _, sent = ROUTES[route]
    return getattr(client, method)(addressed(route, person), sent, headers={"Accept-Language": "ko"})  # type: ignore[no-any-return]


def text_of(response: HttpResponseBase) -> str:
    streamed = getattr(response, "streaming_content", None)
    return (b"".join(streamed) if streamed is not None else response.content).decode(errors="replace")  # type: ignore[attr-defined, no-any-return]


def those_who_ask(who: str) -> Iterator[tuple[Role, str]]:
    """Each role with its letter; on PostgreSQL, where all is asked once more, one who sees everybody and the dealer.

    These two ask the store for different things. What is masked and who is refused is not known to the store.
    """
    pairs = list(zip(ROLES, who, strict=True))
    first = next((role for role, told in pairs if told != "n"), ROLES[0])
    yield from (pair for pair in pairs if connection.vendor == "sqlite" or pair[0] in {first, Role.DEALER})


@pytest.mark.parametrize("route", ROUTES)
def test_shows_each_role_what_it_may_see(world: World, route: str) -> None:
    """What one role did is undone before the next comes."""
    mine, neighbours = world.secrets(world.mine), world.secrets(world.neighbour)
    hidden = {"y": [], "m": mine + neighbours, "o": neighbours, "a": mine + neighbours, "n": mine + neighbours}
    of_one = "<int:customer_id>" in next(path for name, path, _ in routes() if name == route)
    for role, told in those_who_ask(ROUTES[route][1]):
        before = transaction.savepoint_create()
        response = answer(browser_of(role, world), route, world.mine)
        page = text_of(response)
        assert (response.status_code == 403) == (told == "n"), (role, response.status_code)
        assert response.status_code < 500, role
        assert [secret for secret in hidden[told] if secret in page] == [], role
        if told in "yo" and of_one:
            assert response.status_code == 200, role
        transaction.savepoint_rollback(before)


@pytest.mark.parametrize("route", [name for name, path, _ in routes() if "<int:customer_id>" in path])
def test_hides_a_neighbours_customer_from_a_dealer_who_guesses_the_number(world: World, route: str) -> None:
    response = answer(browser_of(Role.DEALER, world), route, world.neighbour)
    assert response.status_code == (403 if ROUTES[route][1][ROLES.index(Role.DEALER)] == "n" else 404)
    assert not [secret for secret in world.secrets(world.neighbour) if secret in text_of(response)]


@pytest.mark.parametrize("text", ["문태오", "ㅁㅌㅇ", "0003", "T00003"])
def test_does_not_find_a_neighbours_customer(world: World, text: str) -> None:
    page = browser_of(Role.DEALER, world).get("/customers/", {"q": text}).content.decode()
    assert not [secret for secret in world.secrets(world.neighbour) if secret in page]
