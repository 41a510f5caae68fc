"""Every operation of the API by keys of every role: allowed, masked, own customers alone, or refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from dangol.records.customers.models import Customer
from dangol.records.staff.access import queries as access
from dangol.records.staff.access import store
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.actions import revoke_key
from dangol.records.staff.models import User
from dangol.records.staff.roles import Role
from dangol.web import clock
from tests.records.staff.office import staff
from tests.web.api.shop import Shop, key, operations, send, text_of, waiting
from tests.web.insight.patterns import everybody_hears
from tests.web.test_roles import ROLES, UNITS, those_who_ask

pytestmark = [pytest.mark.django_db, pytest.mark.store]

MAY_SEND = {"channel": "till_coupon"}
PLAN = {"channel": "till_coupon", "offer": "thanks", "body": "{{이름}}님, 고맙습니다.", "region": ["II"]}
PROGRAMME = {
    "name_ko": "감사 편지", "name_en": "Thank-you letter", "bond": "care", "cost": 900, "company": 500,
    "company_low": -100, "company_high": 1100, "customer": 400, "customer_low": 0, "customer_high": 800,
    "assumption": "last year's letters",
}  # fmt: skip
REPORT = {"name": "월간", "questions": ["#told"], "rhythm": "month", "recipients": ["#reader"]}
WHY = {"reason": "the yearly inspection"}
ANSWER = {"purpose": "marketing", "channel": "email", "answer": "no", "how": "phone"}
DRAFT = {"purpose": "marketing", "language": "ko", "title": "광고 동의", "aim": "광고"}
FILE = "고객번호,일자,금액\nA1,2026-10-01,9000\n".encode()
PERIOD = {"since": "2026-01-01T00:00:00Z", "until": "2027-01-01T00:00:00Z"}

# operation: who, in the order of ROLES (the letters are those of tests/web/test_roles.py; y and o show the name as it
# is), which number its address takes, and what is sent
OPERATIONS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "list_customers": ("ymymom", "", {}),
    "find_customers": ("ymymom", "", {"text": "T0000"}),
    "count_customers": ("aaaaaa", "", {}),
    "list_columns": ("aaaaaa", "", {}),
    "list_rows": ("ymymom", "", {"criteria": "show=name,mobile"}),
    "list_values": ("aaaaaa", "", {"column": "place"}),
    "list_saved_lists": ("aaaaaa", "", {}),
    "save_list": ("aaaaaa", "", {"name": "II", "criteria": "region=II", "unit": "D1"}),
    "change_list": ("axxxxx", "list", {"name": "III", "criteria": "region=III", "unit": "D1"}),
    "remove_list": ("axxxxx", "list", {}),
    "bring_list_back": ("axxxxx", "list", {}),
    "change_many": ("ananan", "", {"kind": "medium", "value": "web"}),
    "get_change_of_many": ("anannn", "many", {}),
    "undo_change_of_many": ("anannn", "many", {}),
    "take_list": ("ymnmnn", "", WHY),
    "get_customer": ("ymymom", "customer", {}),
    "enter_customer": ("ananan", "", {"full_name": "새봄", "mobile": "010-9999-0001"}),
    "list_needs": ("aaaaaa", "customer", {}),
    "list_deliveries": ("aaaaaa", "customer", {}),
    "list_usual_goods": ("aaaaaa", "customer", {}),
    "state_need": ("ananan", "customer", {"amount": 100_000, "period": "month", "how": "talk"}),
    "take_back_need": ("ananan", "customer", {}),
    "correct_customer": ("ananan", "customer", {"place": "마포구"}),
    "undo_correction": ("ananan", "customer", {}),
    "get_timeline": ("ymymam", "customer", {}),
    "show_entrance": ("ananan", "customer", {}),
    "unmask_customer": ("ynnnny", "customer", WHY),
    "write_note": ("ananan", "customer", {"text": "문 앞에 두기"}),
    "strike_note": ("ananan", "customer", {"text": "경비실에 두기"}),
    "show_note": ("ananan", "customer", {}),
    "get_consents": ("anannn", "customer", {}),
    "record_answer": ("anannn", "customer", ANSWER),
    "suppress_customer": ("anannn", "customer", {"how": "phone", "reason": "asked"}),
    "lift_suppression": ("anannn", "customer", {"how": "phone", "why": "call 7"}),
    "record_wishes": ("anannn", "customer", {"how": "phone", "per_month": 3}),
    "list_sign_ups": ("ynynon", "", {}),
    "get_sign_up": ("ynynon", "sign_up", {}),
    "take_in_sign_up": ("ananan", "sign_up", {"customer": "#customer"}),
    "turn_away_sign_up": ("ananan", "sign_up", {}),
    "bring_sign_up_back": ("xnxnxn", "sign_up", {}),
    "delete_sign_up": ("ananan", "sign_up", {}),
    "get_sign_up_form": ("annnnn", "", {}),
    "set_sign_up_form": ("annnnn", "", {"is_open": True, "asks": ["gender"]}),
    "make_way_to_sign_up": ("annnnn", "", {"medium": "flyer", "came_by": "가을 전단"}),
    "list_roles": ("anannn", "customer", {}),
    "add_role": ("anannn", "customer", {"kind": "staff", "since": "2026-01-01"}),
    "end_their_role": ("anannn", "customer", {"until": "2026-05-01"}),
    "record_guardians_answer": (
        "xnxnnn", "customer", {"answer": "no", "method": "paper", "evidence": "form 3"}
    ),
    "may_send": ("aaaaaa", "customer", MAY_SEND),
    "may_send_to_many": ("aaaaaa", "", {**MAY_SEND, "customers": [1, 2, 3]}),
    "list_consent_texts": ("anannn", "", {}),
    "get_consent_text": ("anannn", "text", {}),
    "write_consent_text": ("anannn", "", DRAFT),
    "publish_consent_text": ("xnxnnn", "text", {}),
    "discard_consent_text": ("anannn", "text", {}),
    "list_rules": ("aaaaaa", "", {}),
    "get_map": ("aaaann", "", {}),
    "get_groups": ("aaaann", "", {}),
    "look_for_groups": ("aaaann", "", {}),
    "get_groups_look": ("aaaann", "", {}),
    "pick_on_map": ("ymymnn", "", {**MAY_SEND, "region": "III"}),
    "take_map": ("ymnmnn", "", WHY),
    "get_core_customers": ("aaaann", "", {}),
    "list_contribution": ("aaaann", "", {}),
    "describe_core": ("aaaann", "", {}),
    "get_shares_of_need": ("aaaann", "", {}),
    "list_room": ("aaaann", "", {}),
    "find_core_customers": ("aaaann", "", {}),
    "get_core_finding": ("aaaann", "", {}),
    "get_value_settings": ("aaaann", "", {}),
    "preview_value_settings": ("aaaann", "", {"tolerance": 20}),
    "try_value_settings": ("aaaann", "", {"tolerance": 20}),
    "get_tried_value_settings": ("aaaann", "", {}),
    "set_value_settings": ("annnnn", "", {"tolerance": 20, "reason": "시험해 봐요"}),
    "value_everybody": ("annnnn", "", {}),
    "get_valuing_of_everybody": ("aaaann", "", {}),
    "undo_value_settings": ("annnnn", "", {}),
    "get_expectation": ("ymymnn", "", {}),
    "get_value_test": ("aaaann", "", {}),
    "test_values": ("aaaann", "", {}),
    "get_value_testing": ("aaaann", "", {}),
    "get_stages": ("aaaann", "", {}),
    "get_course": ("aaaann", "customer", {}),
    "tell_stages": ("aaaann", "", {}),
    "get_telling_of_stages": ("aaaann", "", {}),
    "get_movements": ("aaaann", "", {}),
    "get_map_then": ("aaaann", "", {}),
    "list_moved": ("ymymnn", "", {"was": "III", "became": "II"}),
    "work_out_months": ("aaaann", "", {}),
    "get_months_work": ("aaaann", "", {}),
    "give_left_short": ("aaaann", "imbalance", {"owner": "owner-none", "due_on": "2099-01-01"}),
    "close_left_short": ("aaaann", "imbalance", {"note": "called them"}),
    "get_positioning": ("aaaann", "", {}),
    "get_loop": ("aaaann", "", {}),
    "set_loop": ("annnnn", "", {"every": "week"}),
    "list_followed": ("aaaann", "", {}),
    "get_followed": ("aaaann", "customer", {}),
    "ask_positioning": ("aaaann", "", {"budget": 100_000}),
    "get_positioning_work": ("aaaann", "", {}),
    "list_programmes": ("aaaann", "", {}),
    "add_programme": ("aannnn", "", PROGRAMME),
    "change_programme": ("aannnn", "", PROGRAMME),
    "get_validity": ("aaaann", "", {}),
    "test_validity": ("aaaann", "", {}),
    "get_validity_testing": ("aaaann", "", {}),
    "explain_values": ("aaaann", "customer", {}),
    "explain_value_steps": ("aaaann", "customer", {}),
    "list_care_tasks": ("aaaaaa", "", {}),
    "write_care_task": ("ananan", "customer", {"kind": "visit", "due_on": "2099-01-01"}),
    "settle_care_task": ("ananan", "", {"outcome": "done", "note": "기뻐하심"}),
    "take_back_care_task": ("xnxnxn", "", {}),
    "give_care_task": ("ananan", "", {"owner": "owner-none"}),
    "list_panels": ("aaaaaa", "", {}),
    "open_panel": ("ananan", "", {"name": "아침 패널"}),
    "get_panel": ("aaaaaa", "", {}),
    "step_panel": ("ananan", "customer", {"panel": "#panel", "state": "left"}),
    "hold_session": ("ananan", "", {"topic": "포장", "customers": ["#customer"]}),
    "take_back_session": ("anannn", "", {}),
    "list_care_plans": ("aaaann", "", {}),
    "plan_programme": ("xxnnnn", "", {
        "name": "가을 안부", "programme": "personal_care", "kind": "call", "count": 1, "owners": ["owner-none"],
        "due_on": "2099-01-01", "holdout_share": 0.01,
    }),
    "list_campaigns": ("aanana", "", {}),
    "list_choices": ("aannnn", "", {}),
    "preview_campaign": ("aannnn", "", PLAN),
    "plan_campaign": ("aannnn", "", {**PLAN, "name": "새 편지"}),
    "get_campaign": ("aanana", "campaign", {}),
    "get_movement": ("aanana", "campaign", {}),
    "get_fairness": ("aanana", "campaign", {}),
    "get_expected": ("aanana", "campaign", {}),
    "see_fairness": ("aannnn", "campaign", {"mark": ""}),
    "send_campaign": ("aannnn", "campaign", {}),
    "measure_campaign": ("aannnn", "campaign", {}),
    "get_campaign_work": ("aanana", "campaign", {}),
    "list_repeating": ("aanana", "", {}),
    "plan_repeating": ("aannnn", "", {**PLAN, "name": "새 명세", "every": "month", "day": 1}),
    "get_repeating": ("aanana", "series", {}),
    "step_repeating": ("aannnn", "series", {"step": "start"}),
    "change_repeating": ("aannnn", "series", {"offer": "thanks", "body": "{{이름}}님", "region": ["II"]}),
    "issue_repeating": ("aannnn", "series", {}),
    "measure_repeating": ("aannnn", "series", {}),
    "get_repeating_work": ("aanana", "series", {}),
    "list_segments": ("aanana", "", {}),
    "get_segment": ("aanana", "segment", {}),
    "keep_segment": ("aannnn", "", {"region": ["II"], "name": "챙길 손님"}),
    "ask_segment_again": ("aannnn", "segment", {}),
    "decide_segment": ("aannnn", "segment", {"target": "first", "position": "단골의 가게"}),
    "list_messages": ("ymnmnm", "", {}),
    "list_imports": ("aannnn", "", {}),
    "get_import": ("aannnn", "import", {}),
    "take_rejects": ("aannnn", "import", {}),
    "mend_rows": ("aannnn", "import", {"rows": [{"row": 3, "cells": ["A1", "2026-10-01", "9000"]}]}),
    "preview_undo": ("aannnn", "import", {}),
    "tell_web_events": ("aannnn", "", {"events": [
        {"id": "e1", "at": "2026-10-01T12:00:00+09:00", "path": "/milk", "browser": "b1"}
    ]}),
    "undo_import": ("aannnn", "import", {}),
    "get_undoing": ("aannnn", "import", {}),
    "send_file": ("aannnn", "", {"file": FILE}),
    "look_at_file": ("aannnn", "", {}),
    "try_file": ("aannnn", "", {}),
    "take_file": ("aannnn", "", {"keep_as": "till"}),
    "get_taking": ("aannnn", "", {}),
    "list_extracts": ("aanann", "", {}),
    "begin_extract": ("aanann", "", {"name": "another", "team": "research", "purpose": "the yearly study"}),
    "get_extract": ("aanann", "extract", {}),
    "make_extract_file": ("aanann", "extract", {}),
    "end_extract": ("aanann", "extract", {}),
    "delete_extract_file": ("aanann", "extract_file", {}),
    "list_profiles": ("aannnn", "", {}),
    "save_profile": ("aannnn", "", {
        "name": "shop", "kind": "transactions", "headings": ["일자", "금액"],
        "mapping": {"time": "일자", "amount": "금액"},
    }),
    "rename_profile": ("aannnn", "profile", {"name": "another"}),
    "delete_profile": ("aannnn", "profile", {}),
    "take_regularly": ("aannnn", "profile", {"rhythm": "day"}),
    "list_requests": ("ynynnn", "", {}),
    "open_request": ("ynynnn", "customer", {"kind": "explain", "way": "phone"}),
    "get_request": ("ynynnn", "see", {}),
    "list_decisions": ("anannn", "customer", {}),
    "step_request": ("ynynnn", "see", {"note": "identity card seen"}),
    "review_decision": ("ynynnn", "see", {"decision": "region", "outcome": "stands", "words": "as it is"}),
    "take_bundle": ("ynynnn", "see", WHY),
    "correct_on_request": ("anannn", "correct", {"place": "마포구"}),
    "stop_on_request": ("anannn", "stop", {}),
    "erase_on_request": ("ynynnn", "erase", {"customer": "#customer"}),
    "get_retention": ("aanana", "", {}),
    "list_destructions": ("aanana", "", {}),
    "list_identities": ("aaaaaa", "customer", {}),
    "get_household": ("ananan", "customer", {}),
    "change_household": ("ynynon", "customer", {"put_in": "#other"}),
    "get_organisation": ("ananan", "customer", {}),
    "change_organisation": ("ananan", "customer", {"organisation": True, "business_number": "123-45-67891"}),
    "add_contact": ("xnxnxn", "customer", {"person": "#other", "role": "구매"}),
    "end_contact": ("ananan", "customer", {}),
    "list_duplicates": ("ananan", "", {}),
    "search_duplicates": ("ananan", "", {}),
    "get_duplicate_search": ("ananan", "", {}),
    "merge_customers": ("ananan", "", {"kept": "#customer", "others": ["#other"]}),
    "list_merges": ("ananan", "customer", {}),
    "unmerge_customers": ("ananan", "", {}),
    "keep_apart": ("ananan", "", {"customers": ["#customer", "#other"]}),
    "list_apart": ("ananan", "customer", {}),
    "undo_apart": ("ananan", "", {}),
    "get_whom_we_know": ("aanana", "", {}),
    "count_whom_we_know": ("aanana", "", {}),
    "get_whom_we_know_count": ("aanana", "", {}),
    "list_statistics_choices": ("aaaann", "", {}),
    "compare_groups": ("xxxxnn", "", {"what": "spent_year", "a": "gender:f"}),
    "compare_periods": (
        "xxxxnn", "",
        {"what": "spent", "from1": "2026-01-01", "to1": "2026-01-31", "from2": "2026-03-01", "to2": "2026-03-31"},
    ),
    "relate_attributes": ("xxxxnn", "", {"x": "spent_year", "y": "registered_at"}),
    "explain_outcome": ("xxxxnn", "", {"y": "spent_year", "x": ["registered_at"]}),
    "foresee_metric": ("xxxxnn", "", {"metric": "net_revenue"}),
    "follow_months": ("xxxxnn", "", {"first": "net_revenue", "second": "contacts"}),
    "look_at_long_run": ("xxxxnn", "", {}),
    "compare_lasting": ("xxxxnn", "", {"by": "gender"}),
    "get_contracts": ("aaaann", "", {}),
    "ask_contracts": ("aaaann", "", {}),
    "get_contracts_asking": ("aaaann", "", {}),
    "get_customer_costs": ("xxxxnn", "", {"period": "all"}),  # no warehouse stands here
    "list_costs": ("aaaann", "", {}),
    "enter_cost": ("aannnn", "", {"purpose": "keep", "channel": "문자", "since": "2026-10-01", "amount": 1000}),
    "take_back_cost": ("aannnn", "cost", {}),
    "count_costs": ("aaaann", "", {}),
    "get_costs_counting": ("aaaann", "", {}),
    "get_rhythm": ("aaaann", "", {}),
    "ask_rhythm": ("aaaann", "", {}),
    "get_rhythm_asking": ("aaaann", "", {}),
    "get_feedback_tones": ("ymymnn", "", {}),
    "read_feedback": ("aaaann", "", {}),
    "get_feedback_reading": ("aaaann", "", {}),
    "say_tone": ("anannn", "feedback", {"tone": "glad"}),
    "get_baskets": ("aaaann", "", {}),
    "list_metrics": ("aaaaan", "", {}),
    "ask_cube": ("xxxxxn", "", {"metrics": "net_revenue", "by": "month"}),  # no warehouse stands here yet
    "keep_behind_cell": ("xxnnnn", "", {"metrics": "net_revenue", "cell": "month = 2026-10"}),
    "list_behind_cell": ("xxxxxn", "", {"metrics": "net_revenue", "cell": "month = 2026-10"}),
    "list_saved_questions": ("aaaann", "", {}),
    "save_question": ("aaaann", "", {"name": "달마다", "metrics": "net_revenue", "period": "last_month"}),
    "change_saved_question": ("axxxnn", "question", {"name": "III"}),
    "remove_saved_question": ("axxxnn", "question", {}),
    "bring_question_back": ("axxxnn", "question", {}),
    "ask_saved_question": ("xxxxnn", "question", {}),
    "list_reports": ("aaaann", "", {}),
    "list_readers": ("aaaann", "", {}),
    "plan_report": ("aaaann", "", REPORT),
    "get_report": ("aaaann", "report", {}),
    "change_report": ("axxxnn", "report", REPORT),
    "end_report": ("axxxnn", "report", {}),
    "take_report_up": ("axxxnn", "report", {}),
    "send_report_to_me": ("xxxxnn", "report", {}),  # no mail server stands here
    "send_report_again": ("xxxxnn", "report", {}),
    "find_baskets": ("aaaann", "", {}),
    "get_basket_finding": ("aaaann", "", {}),
    "list_hearers": ("ymymnn", "", {"part": "together", "place": 0}),
    "take_proposals": ("ymnmnn", "", {**WHY, "which": {"part": "together", "place": 0}}),
    "get_leaving": ("ymymnn", "", {}),
    "look_at_leaving": ("aaaann", "", {"days": 30}),
    "get_leaving_look": ("aaaann", "", {}),
    "get_readiness": ("aanana", "", {}),
    "look_at_readiness": ("aanana", "", {}),
    "get_readiness_look": ("aanana", "", {}),
    "get_loyalty": ("aaaann", "", {}),
    "plan_loyalty": ("annnnn", "", {"every": "never"}),
    "measure_loyalty": ("aaaann", "", {}),
    "get_loyalty_measuring": ("aaaann", "", {}),
    "take_customers_to_ask": ("ymnmnn", "", WHY),
    "get_satisfaction": ("aaaann", "", {}),
    "look_at_satisfaction": ("aaaann", "", {"roles": {"convenience_1": "overall"}}),
    "get_satisfaction_look": ("aaaann", "", {}),
    "get_inventory": ("aanana", "", {}),
    "count_inventory": ("aanana", "", {}),
    "get_inventory_count": ("aanana", "", {}),
    "state_detail": ("annnnn", "", {
        "key": "shoe_size", "label": "Shoe size", "purpose": "to order shoes", "basis": "consent", "side": "of",
    }),
    "list_partners": ("aanana", "", {}),
    "get_partner": ("aanana", "partner", {}),
    "end_partner": ("annnnn", "partner", {"reason": "the alliance ended"}),
    "list_access": ("ynnnnm", "", {}),
    "get_access": ("ynnnnm", "access", {}),
    "take_access": ("annnna", "", WHY),
    "list_reviews": ("annnna", "", {}),
    "get_review": ("ynnnnm", "", {}),
    "sign_review": ("annnna", "", {"note": "nothing"}),
    "list_breaches": ("annnnn", "", {}),
    "open_breach": ("annnnn", "", {"name": "a lost key", "standing": "possible", "aware_at": PERIOD["since"]}),
    "get_breach": ("annnnn", "breach", {}),
    "record_finding": ("annnnn", "breach", {"standing": "certain"}),
    "find_by_log": ("annnnn", "breach", {**PERIOD, "add": True}),
    "add_people": ("annnnn", "breach", {"numbers": ["T00002", "nobody"]}),
    "send_letters": ("annnnn", "breach", {"channel": "shown_sms"}),
    "get_sending": ("annnnn", "breach", {}),
    "decide_breach": ("annnnn", "breach", {"kind": "note", "text": "looked"}),
    "take_unreached": ("ynnnnn", "breach", WHY),
    "list_staff": ("annnnn", "", {}),
    "get_staff": ("annnnn", "leaver", {}),
    "change_role": ("annnnn", "leaver", {"role": "marketer", "why": "a new task"}),
    "let_go": ("annnnn", "leaver", {"why": "left"}),
    "list_invitations": ("annnnn", "", {}),
    "invite": ("annnnn", "", {"name": "김새로", "role": "agent"}),
    "withdraw_invitation": ("annnnn", "invitation", {}),
    "list_units": ("annnnn", "", {}),
    "get_unit": ("annnnn", "unit", {}),
    "add_unit": ("annnnn", "", {"name": "새 대리점", "kind": "dealer"}),
    "change_unit": ("annnnn", "unit", {"name": "셋째 대리점"}),
    "record_contract": ("annnnn", "unit", {"status": "processor", "signed_on": "2026-01-01"}),
    "list_recipients": ("annnnn", "", {}),
    "record_recipient": ("annnnn", "", {"recipient": "문자왕", "status": "processor", "signed_on": "2026-01-01"}),
    "end_contract": ("annnnn", "contract", {}),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _everybody_hears(monkeypatch: pytest.MonkeyPatch) -> None:
    everybody_hears(monkeypatch)


def test_every_operation_has_a_line() -> None:
    assert set(operations()) == set(OPERATIONS)


def test_every_operation_says_what_it_takes() -> None:
    assert [name for name, (_, _, function) in operations().items() if not hasattr(function, "takes")] == []


def ask(operation: str, here: Shop, token: str, *, of: Customer | None = None) -> Any:
    """Ask for an operation as its line says; about somebody else where its address is a customer's."""
    method, path, _ = operations()[operation]
    _, whose, sent = OPERATIONS[operation]
    number = of.pk if of is not None and whose == "customer" else here.numbers[whose] if whose else 0
    body = {name: filled(value, here) for name, value in sent.items()}
    token_of = waiting() if "{token}" in path else ""
    blanks = {
        "number": number,
        "month": "2026-10",
        "state": "checked",
        "token": token_of,
        "code": "gift",
    } | here.numbers
    for blank, value in blanks.items():
        path = path.replace(f"{{{blank}}}", str(value))
    return send(method, path, token, body, **(sent if method == "GET" else {}))


def filled(value: Any, here: Shop) -> Any:
    """ "#other" is the number of that name."""
    if isinstance(value, list):
        return [filled(one, here) for one in value]
    return here.numbers[value[1:]] if isinstance(value, str) and value.startswith("#") else value


@pytest.mark.parametrize("operation", OPERATIONS)
def test_gives_each_role_what_it_may_see(here: Shop, operation: str) -> None:
    """What one role's key did is undone before the next asks. x: lets in, and the rule refuses what was sent."""
    both, neighbours = here.both, here.secrets(here.neighbour)
    hidden = {"y": [], "m": both, "a": both, "o": neighbours, "n": both, "x": both}
    for role, told in those_who_ask(OPERATIONS[operation][0]):
        before = transaction.savepoint_create()
        answer = ask(operation, here, key(staff(role, UNITS.get(role))))
        text = text_of(answer)
        assert answer.status_code == {"n": 403, "x": 409}.get(told, 200), (role, text)
        assert [secret for secret in hidden[told] if secret in text] == [], role
        if told in "nx":
            assert answer.json()["sentence"]
        if told in "yo":
            assert here.mine.full_name in text, role
        transaction.savepoint_rollback(before)


@pytest.mark.parametrize("operation", [name for name, line in OPERATIONS.items() if line[1] == "customer"])
def test_hides_a_neighbours_customer_from_a_dealer_who_guesses_the_number(here: Shop, operation: str) -> None:
    secrets = here.secrets(here.neighbour)
    answer = ask(operation, here, key(staff(Role.DEALER, "D1")), of=here.neighbour)
    assert answer.status_code == (403 if OPERATIONS[operation][0][ROLES.index(Role.DEALER)] == "n" else 404)
    assert not [secret for secret in secrets if secret in text_of(answer)]


class TestKeys:
    def test_without_one_nothing_opens(self, here: Shop) -> None:
        for token in ("", "dgl_00000000_x", "dgl_", "x" * 5000, "dgl_0000_\x00"):
            answer = ask("list_customers", here, token)
            assert answer.status_code == 401
            assert "정다은" not in answer.content.decode()

    def test_that_was_revoked_has_expired_or_belongs_to_somebody_gone_opens_nothing(self, here: Shop) -> None:
        user = staff(Role.AGENT)
        token = key(user)
        assert ask("list_customers", here, token).status_code == 200
        revoke_key(user.api_keys.get(), at=clock.now())
        assert ask("list_customers", here, token).status_code == 401
        other = key(user)
        user.api_keys.filter(revoked_at=None).update(
            made_at=clock.now() - timedelta(days=9), expires_at=clock.now() - timedelta(days=1)
        )
        assert ask("list_customers", here, other).status_code == 401
        third = key(user)
        User.objects.filter(pk=user.pk).update(is_active=False)
        assert ask("list_customers", here, third).status_code == 401

    def test_holds_what_it_was_given_and_no_more(self, here: Shop) -> None:
        token = key(staff(Role.OWNER), may=["see_customers"])
        assert ask("list_campaigns", here, token).status_code == 403
        person = ask("get_customer", here, token).json()
        assert person["name"] == "남***가"
        assert person["values"] == []

    def test_loses_what_its_maker_loses(self, here: Shop) -> None:
        user = staff(Role.MARKETER, "HQ")
        token = key(user)
        assert ask("list_campaigns", here, token).status_code == 200
        User.objects.filter(pk=user.pk).update(role=Role.AGENT)
        assert ask("list_campaigns", here, token).status_code == 403


def traces() -> list[tuple[str, tuple[int, ...], str]]:
    """What programs left in the log, the newest first."""
    store.seal()
    entries = [line.entry for line in access.every_line(access.Wanted())]
    return [(one.verb, one.subjects, one.user) for one in entries if one.page.startswith("api")]


class TestTraces:
    def test_say_whom_a_program_saw(self, here: Shop) -> None:
        ask("get_customer", here, key(staff(Role.AGENT)))
        assert traces() == [(Verb.SAW, (here.mine.pk,), "agent-none")]

    def test_say_that_a_dealers_program_tried_a_neighbours_number(self, here: Shop) -> None:
        answer = ask("get_customer", here, key(staff(Role.DEALER, "D1")), of=here.neighbour)
        assert answer.status_code == 404
        assert traces() == [(Verb.REFUSED, (here.neighbour.pk,), "dealer-D1")]

    def test_name_nobody_where_a_number_belongs_to_nobody(self, here: Shop) -> None:
        assert send("GET", "/customers/123456789", key(staff(Role.OWNER))).status_code == 404
        assert traces() == [(Verb.REFUSED, (), "owner-none")]

    def test_say_who_was_refused_what(self, here: Shop) -> None:
        ask("list_staff", here, key(staff(Role.AGENT)))
        assert traces() == [(Verb.REFUSED, (), "agent-none")]

    def test_say_why_everything_about_a_person_was_taken_out(self, here: Shop) -> None:
        ask("take_bundle", here, key(staff(Role.AGENT)))
        store.seal()
        (taken,) = [
            line.entry for line in access.every_line(access.Wanted(verbs=("took",))) if line.entry.page[:3] == "api"
        ]
        assert (taken.reason, taken.subjects) == ("for:person:counter:request the yearly inspection", (here.mine.pk,))


class TestList:
    def test_goes_on_where_it_stopped(self, here: Shop) -> None:
        token, seen, after = key(staff(Role.OWNER)), list[int](), 0
        while after is not None:
            told = send("GET", "/customers", token, limit=3, after=after).json()
            seen += [person["id"] for person in told["customers"]]
            after = told["next"]
        assert seen == sorted(Customer.objects.known().values_list("pk", flat=True))

    @pytest.mark.parametrize("text", ["궁민", "ㄴㄱㅁㅅ", "0002"])
    def test_finds_by_what_one_remembers(self, here: Shop, text: str) -> None:
        told = send("GET", "/customers", key(staff(Role.OWNER)), q=text).json()
        assert [person["name"] for person in told["customers"]] == ["남궁민서가"]

    def test_tells_regions_to_those_alone_who_see_values(self, here: Shop) -> None:
        told = send("GET", "/customers", key(staff(Role.OWNER)), region="III").json()
        assert [person["id"] for person in told["customers"]] == [here.mine.pk]  # the other one is merged away
        assert send("GET", "/customers", key(staff(Role.DEALER, "D1")), region="III").status_code == 403
