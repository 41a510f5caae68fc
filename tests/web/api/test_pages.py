"""Whatever a page can do, the API can: each page names its operations, or the reason why there is none."""

from __future__ import annotations

import pytest

from dangol.records.staff.roles import May
from tests.web.api.shop import operations
from tests.web.test_roles import OPEN, routes

AT_A_BROWSER = "not: keys, passwords and second factors are in the hands of people at a browser"
OF_THE_MACHINE = "not: homes and demos belong to whoever sits at the machine"
FORM = "not: the form before a step, which a program does not need"
DRAWN = "not: a picture; the numbers in it are told by "
PARTNERS = "not: a partner's file is looked at by a person first; for programs there is `dangol import details`"

# page: its operations, or "not: " and why
PAGES: dict[str, str] = {
    "today": "not: put together for people from get_map, list_requests, list_breaches and list_campaigns",
    "password": AT_A_BROWSER,
    "customers": "list_customers list_rows list_saved_lists",
    "customers_filter": "list_columns list_values",
    "customers_columns": "list_columns",
    "customers_file": "take_list",
    "customers_bulk": "change_many",
    "customers_bulk_change": "get_change_of_many",
    "customers_bulk_undo": "undo_change_of_many",
    "sign_ups": "list_sign_ups",
    "sign_up": "get_sign_up",
    "sign_up_take_in": "take_in_sign_up",
    "sign_up_turn_away": "turn_away_sign_up",
    "sign_up_back": "bring_sign_up_back",
    "sign_up_delete": "delete_sign_up",
    "sign_up_form": "get_sign_up_form set_sign_up_form",
    "sign_up_way": "make_way_to_sign_up",
    "sign_up_poster": f"{DRAWN}get_sign_up_form",
    "customers_view_new": "save_list",
    "customers_view": "change_list",
    "customers_view_remove": "remove_list",
    "customers_view_back": "bring_list_back",
    "find": "find_customers",
    "customers_count": "count_customers",
    "customer": "get_customer list_identities may_send explain_values",
    "customer_timeline": "get_timeline",
    "customer_new": "enter_customer",
    "customer_correct": "correct_customer",
    "customer_undo": "undo_correction",
    "customer_entrance": "show_entrance",
    "customer_link": "not: a link opens a person's own page, and is handed over by a person or sent by a campaign",
    "customer_unmask": "unmask_customer",
    "customer_roles": "list_roles add_role",
    "customer_role_end": "end_their_role",
    "customer_consents": "get_consents may_send_to_many",
    "customer_answer": "record_answer",
    "customer_suppress": "suppress_customer",
    "customer_lift": "lift_suppression",
    "customer_wishes": "record_wishes",
    "customer_guardian": "record_guardians_answer",
    "customer_note": "write_note",
    "customer_note_strike": "strike_note",
    "customer_note_shown": "show_note",
    "messages": "list_messages",
    "map": "get_map pick_on_map",
    "map_spec": f"{DRAWN}get_map",
    "map_file": f"{DRAWN}get_map",
    "map_list": "take_map",
    "value_test": "get_value_test",
    "value_test_ask": "test_values",
    "value_test_work": "get_value_testing",
    "value_test_file": "not: the same as a picture; its numbers are told by get_value_test",
    "campaigns": "list_campaigns",
    "campaign": "get_campaign",
    "campaign_work": "get_campaign_work",
    "campaign_movement": "get_movement",
    "campaign_file": f"{DRAWN}get_campaign",
    "campaign_plan": "plan_campaign list_choices",
    "campaign_audience": "preview_campaign",
    "campaign_letter": "preview_campaign",
    "campaign_send": "send_campaign",
    "campaign_later": OF_THE_MACHINE,
    "campaign_measure": "measure_campaign",
    "import": "list_imports send_file",
    "import_own": OF_THE_MACHINE,
    "import_example": FORM,
    "import_file": "look_at_file",
    "import_trial": "try_file",
    "import_take": "take_file",
    "import_run": "get_taking",
    "import_mend": "mend_rows",
    "import_undo": "preview_undo undo_import",
    "import_undo_run": "get_undoing",
    "import_profiles": "list_profiles save_profile",
    "import_profile_rename": "rename_profile",
    "import_profile_delete": "delete_profile",
    "import_profile_regular": "take_regularly",
    "import_details": PARTNERS,
    "import_details_trial": PARTNERS,
    "import_details_take": PARTNERS,
    "import_details_run": PARTNERS,
    "import_result": "get_import",
    "import_rejects": "take_rejects",
    "privacy": "not: a list of the pages below it",
    "consent_texts": "list_consent_texts",
    "consent_text": "get_consent_text",
    "consent_text_write": "write_consent_text",
    "consent_text_publish": "publish_consent_text",
    "consent_text_discard": "discard_consent_text",
    "permission_rules": "list_rules",
    "privacy_requests": "list_requests",
    "privacy_rights": "open_request list_decisions",
    "privacy_request": "get_request",
    "privacy_request_step": "step_request",
    "privacy_request_review": "review_decision",
    "privacy_letter": "get_request",
    "privacy_bundle": "take_bundle",
    "privacy_correct": "correct_on_request",
    "privacy_stop": "stop_on_request",
    "privacy_erase": "erase_on_request",
    "privacy_destructions": "list_destructions",
    "customer_household": "get_household change_household",
    "customer_contacts": "get_organisation change_organisation add_contact",
    "customer_contact_end": "end_contact",
    "duplicates": "list_duplicates",
    "duplicates_search": "search_duplicates",
    "duplicates_work": "get_duplicate_search",
    "duplicates_compare": "list_merges list_apart",
    "duplicates_choose": "not: finds the other row of the same person; list_customers finds people",
    "duplicates_merge": "merge_customers",
    "duplicates_unmerge": "unmerge_customers",
    "duplicates_apart": "keep_apart",
    "duplicates_apart_back": "undo_apart",
    "customers_known": "get_whom_we_know",
    "customers_known_count": "count_whom_we_know",
    "customers_known_work": "get_whom_we_know_count",
    "insight": "not: the index of the questions; each has an operation of its own",
    "insight_ask": (
        "ask_rhythm test_values look_at_leaving ask_contracts look_for_groups find_baskets read_feedback "
        "look_at_satisfaction"
    ),
    "insight_file": (
        "not: the same as a picture; get_rhythm get_leaving get_groups get_satisfaction get_contracts tell the numbers"
    ),
    "insight_rhythm": "get_rhythm",
    "insight_rhythm_ask": "ask_rhythm",
    "insight_rhythm_work": "get_rhythm_asking",
    "insight_feedback": "get_feedback_tones",
    "insight_feedback_read": "read_feedback",
    "insight_feedback_work": "get_feedback_reading",
    "insight_feedback_file": "not: the same as a picture; get_feedback_tones tells the numbers",
    "insight_feedback_tone": "say_tone",
    "insight_baskets": "get_baskets",
    "insight_baskets_find": "find_baskets",
    "insight_baskets_work": "get_basket_finding",
    "insight_baskets_list": "take_proposals",
    "insight_baskets_whom": "list_hearers",
    "insight_baskets_whom_list": "take_proposals",
    "insight_contracts": "get_contracts",
    "insight_contracts_ask": "ask_contracts",
    "insight_contracts_work": "get_contracts_asking",
    "insight_leaving": "get_leaving",
    "insight_leaving_look": "look_at_leaving",
    "insight_leaving_work": "get_leaving_look",
    "insight_satisfaction": "get_satisfaction",
    "insight_satisfaction_look": "look_at_satisfaction",
    "insight_satisfaction_work": "get_satisfaction_look",
    "insight_groups": "get_groups",
    "insight_groups_look": "look_for_groups",
    "insight_groups_work": "get_groups_look",
    "readiness": "get_readiness",
    "readiness_look": "look_at_readiness",
    "readiness_work": "get_readiness_look",
    "readiness_pdf": "not: the same as a file; what stands in it is told by get_readiness",
    "readiness_examples": "not: a look at a few rows of a check; list_customers finds people",
    "privacy_inventory": "get_inventory",
    "privacy_inventory_count": "count_inventory",
    "privacy_inventory_work": "get_inventory_count",
    "privacy_inventory_detail": "state_detail",
    "privacy_notice": "not: a paper to be printed; what stands in it is told by get_inventory and get_retention",
    "privacy_partners": "list_partners",
    "privacy_partner": "get_partner",
    "privacy_partner_end": "end_partner",
    "privacy_retention": "get_retention",
    "privacy_retention_run": "not: lets go for good of what waits for a person who has looked",
    "privacy_hold": "not: opened by one role alone, which makes no keys",
    "access_log": "list_access",
    "access_file": "take_access",
    "access_entry": "get_access",
    "access_reviews": "list_reviews",
    "access_review": "get_review",
    "access_sign": "sign_review",
    "breaches": "list_breaches",
    "breach_open": "open_breach",
    "breach": "get_breach",
    "breach_finding": "record_finding",
    "breach_log": "find_by_log",
    "breach_list": "add_people",
    "breach_send": "send_letters",
    "breach_work": "get_sending",
    "breach_decide": "decide_breach",
    "breach_file": "take_unreached",
    "still_here": AT_A_BROWSER,
    "mfa_index": AT_A_BROWSER,
    "mfa_activate_totp": AT_A_BROWSER,
    "mfa_deactivate_totp": AT_A_BROWSER,
    "mfa_view_recovery_codes": AT_A_BROWSER,
    "mfa_generate_recovery_codes": AT_A_BROWSER,
    "mfa_add_webauthn": AT_A_BROWSER,
    "mfa_remove_webauthn": AT_A_BROWSER,
    "account_reauthenticate": AT_A_BROWSER,
    "mfa_reauthenticate": AT_A_BROWSER,
    "mfa_reauthenticate_webauthn": AT_A_BROWSER,
    "sessions_end": AT_A_BROWSER,
    "staff": "list_staff list_invitations",
    "staff_invite": "invite",
    "staff_withdraw": "withdraw_invitation",
    "staff_person": "get_staff change_role let_go",
    "staff_keys": AT_A_BROWSER,
    "staff_key_revoke": AT_A_BROWSER,
    "staff_units": "list_units list_recipients",
    "staff_unit_new": "add_unit",
    "staff_unit": "get_unit change_unit record_contract",
    "staff_recipient": "record_recipient",
    "staff_contract_end": "end_contract",
    "start": OF_THE_MACHINE,
    "start_home": OF_THE_MACHINE,
    "start_load": OF_THE_MACHINE,
    "switch": OF_THE_MACHINE,
}  # fmt: skip


def named() -> dict[str, list[str]]:
    """The operations of each page that has any."""
    return {page: told.split() for page, told in PAGES.items() if not told.startswith("not: ")}


def test_every_page_says_what_of_it_a_program_can_do() -> None:
    assert {name for name, _, _ in routes()} - OPEN == set(PAGES)


def test_names_only_operations_there_are_and_leaves_none_out() -> None:
    assert {one for told in named().values() for one in told} == set(operations())


@pytest.mark.parametrize("page", named())
def test_takes_for_each_step_what_the_page_takes(page: str) -> None:
    pattern = next(one for name, _, one in routes() if name == page)
    of_page = (pattern.callback.needs.may, pattern.callback.needs.whole)
    for operation in named()[page]:
        takes = operations()[operation][2].takes
        assert (takes.may, takes.whole) == PARTS.get(operation, of_page), operation


# Operations that stand for a part of a page, which the page itself shows to fewer or to more.
PARTS = {"explain_values": (May.SEE_VALUES, False), "may_send_to_many": (May.SEE_CUSTOMERS, False)}
