"""Addresses of the pages Customers."""

from django.urls import path

from dangol.web.customers import (
    bulk,
    consents,
    entry,
    finding,
    list_panels,
    list_views,
    living,
    notes,
    roles,
    sign_up_form,
    sign_ups,
    unmasking,
    views,
    whom,
)
from dangol.web.relationship import why

urlpatterns = [
    path("customers/", views.customers, name="customers"),
    path("customers/find/", finding.find, name="find"),
    path("customers/count/", views.customers_count, name="customers_count"),
    path("customers/filter/", list_panels.customers_filter, name="customers_filter"),
    path("customers/columns/", list_panels.customers_columns, name="customers_columns"),
    path("customers/file/", bulk.customers_file, name="customers_file"),
    path("customers/bulk/", bulk.customers_bulk, name="customers_bulk"),
    path("customers/bulk/<int:change_id>/", bulk.customers_bulk_change, name="customers_bulk_change"),
    path("customers/bulk/<int:change_id>/undo/", bulk.customers_bulk_undo, name="customers_bulk_undo"),
    path("customers/joined/", sign_ups.sign_ups, name="sign_ups"),
    path("customers/joined/form/", sign_up_form.sign_up_form, name="sign_up_form"),
    path("customers/joined/form/way/", sign_up_form.sign_up_way, name="sign_up_way"),
    path("customers/joined/form/poster/", sign_up_form.sign_up_poster, name="sign_up_poster"),
    path("customers/joined/<int:sign_up_id>/", sign_ups.sign_up, name="sign_up"),
    path("customers/joined/<int:sign_up_id>/take-in/", sign_ups.sign_up_take_in, name="sign_up_take_in"),
    path("customers/joined/<int:sign_up_id>/turn-away/", sign_ups.sign_up_turn_away, name="sign_up_turn_away"),
    path("customers/joined/<int:sign_up_id>/back/", sign_ups.sign_up_back, name="sign_up_back"),
    path("customers/joined/<int:sign_up_id>/delete/", sign_ups.sign_up_delete, name="sign_up_delete"),
    path("customers/views/new/", list_views.customers_view_new, name="customers_view_new"),
    path("customers/views/<int:view_id>/", list_views.customers_view, name="customers_view"),
    path("customers/views/<int:view_id>/remove/", list_views.customers_view_remove, name="customers_view_remove"),
    path("customers/views/<int:view_id>/back/", list_views.customers_view_back, name="customers_view_back"),
    path("customers/known/", whom.customers_known, name="customers_known"),
    path("customers/known/count/", whom.customers_known_count, name="customers_known_count"),
    path("customers/known/work/", whom.customers_known_work, name="customers_known_work"),
    path("customers/new/", entry.customer_new, name="customer_new"),
    path("customers/<int:customer_id>/", views.customer, name="customer"),
    path("customers/<int:customer_id>/correct/", entry.customer_correct, name="customer_correct"),
    path(
        "customers/<int:customer_id>/corrections/<int:correction_id>/undo/", entry.customer_undo, name="customer_undo"
    ),
    path("customers/<int:customer_id>/entrance/", unmasking.customer_entrance, name="customer_entrance"),
    path("customers/<int:customer_id>/unmask/", unmasking.customer_unmask, name="customer_unmask"),
    path("customers/<int:customer_id>/notes/", notes.customer_note, name="customer_note"),
    path(
        "customers/<int:customer_id>/notes/<int:note_id>/strike/",
        notes.customer_note_strike,
        name="customer_note_strike",
    ),
    path(
        "customers/<int:customer_id>/notes/<int:note_id>/show/", notes.customer_note_shown, name="customer_note_shown"
    ),
    path("customers/<int:customer_id>/consents/", consents.customer_consents, name="customer_consents"),
    path("customers/<int:customer_id>/consents/answer/", consents.customer_answer, name="customer_answer"),
    path("customers/<int:customer_id>/consents/suppress/", consents.customer_suppress, name="customer_suppress"),
    path("customers/<int:customer_id>/consents/lift/", consents.customer_lift, name="customer_lift"),
    path("customers/<int:customer_id>/consents/wishes/", consents.customer_wishes, name="customer_wishes"),
    path("customers/<int:customer_id>/consents/guardian/", consents.customer_guardian, name="customer_guardian"),
    path("customers/<int:customer_id>/roles/", roles.customer_roles, name="customer_roles"),
    path("customers/<int:customer_id>/roles/<int:role_id>/end/", roles.customer_role_end, name="customer_role_end"),
    path("customers/<int:customer_id>/household/", living.customer_household, name="customer_household"),
    path("customers/<int:customer_id>/contacts/", living.customer_contacts, name="customer_contacts"),
    path(
        "customers/<int:customer_id>/contacts/<int:contact_id>/end/",
        living.customer_contact_end,
        name="customer_contact_end",
    ),
    path("customers/<int:customer_id>/value/", why.customer_value, name="customer_value"),
    path("customers/<int:customer_id>/timeline/", views.customer_timeline, name="customer_timeline"),
    path("messages/", views.messages, name="messages"),
]
