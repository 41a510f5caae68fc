"""Addresses of the pages Customers."""

from django.urls import path

from dangol.web.customers import consents, entry, notes, roles, unmasking, views

urlpatterns = [
    path("customers/", views.customers, name="customers"),
    path("customers/count/", views.customers_count, name="customers_count"),
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
    path("customers/<int:customer_id>/timeline/", views.customer_timeline, name="customer_timeline"),
    path("messages/", views.messages, name="messages"),
]
