"""Addresses of the frame itself."""

from django.urls import path

from dangol.web.shell import views

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("password/", views.password, name="password"),
    path("language/", views.set_language, name="set_language"),
    path("charts-<slug:version>.js", views.chart_bundle, name="chart_bundle"),
]
