"""Addresses of staff, keys, units, contracts, and one's own account."""

from django.urls import path

from dangol.web.staff import account, keys, places, views

urlpatterns = [
    path("staff/", views.staff, name="staff"),
    path("staff/invite/", views.invite, name="staff_invite"),
    path("staff/invitations/<int:invitation_id>/withdraw/", views.withdraw, name="staff_withdraw"),
    path("staff/people/<int:user_id>/", views.person, name="staff_person"),
    path("staff/keys/", keys.keys, name="staff_keys"),
    path("staff/keys/<int:key_id>/revoke/", keys.revoke, name="staff_key_revoke"),
    path("staff/units/", places.units, name="staff_units"),
    path("staff/units/new/", places.new_unit, name="staff_unit_new"),
    path("staff/units/<int:unit_id>/", places.unit, name="staff_unit"),
    path("staff/recipients/new/", places.recipient, name="staff_recipient"),
    path("staff/contracts/<int:contract_id>/end/", places.end_contract, name="staff_contract_end"),
    path("invitation/<str:secret>/", views.invitation, name="invitation"),
    path("new-password/<str:who>/<str:token>/", views.new_password, name="new_password"),
    # allauth looks for these by their names.
    path("account/", account.index, name="mfa_index"),
    path("account/app/", account.add_app, name="mfa_activate_totp"),
    path("account/app/remove/", account.remove_app, name="mfa_deactivate_totp"),
    path("account/codes/", account.codes, name="mfa_view_recovery_codes"),
    path("account/codes/new/", account.new_codes, name="mfa_generate_recovery_codes"),
    path("account/passkeys/new/", account.add_passkey, name="mfa_add_webauthn"),
    path("account/passkeys/<int:passkey_id>/remove/", account.remove_passkey, name="mfa_remove_webauthn"),
    path("account/confirm/", account.confirm, name="account_reauthenticate"),
    path("account/confirm/code/", account.confirm_by_code, name="mfa_reauthenticate"),
    path("account/confirm/passkey/", account.confirm_by_passkey, name="mfa_reauthenticate_webauthn"),
    path("account/mail/", account.mail, name="account_mail"),
    path("account/sessions/end/", account.end_all, name="sessions_end"),
]
