"""Addresses of the frame itself."""

from django.urls import path

from dangol.web.shell import views

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    # allauth looks for its doors by these names.
    path("sign-in/", views.sign_in, name="account_login"),
    path("sign-in/second/", views.second_step, name="mfa_authenticate"),
    path("sign-in/passkey/", views.passkey_sign_in, name="mfa_login_webauthn"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("password/", views.password, name="password"),
    path("still-here/", views.still_here, name="still_here"),
    path("language/", views.set_language, name="set_language"),
    path("charts-<slug:version>.js", views.chart_bundle, name="chart_bundle"),
]
