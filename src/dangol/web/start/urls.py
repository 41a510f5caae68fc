"""Addresses of the first-run page."""

from django.urls import path

from dangol.web.start import views

urlpatterns = [
    path("start/", views.start, name="start"),
    path("start/served/", views.served_home, name="served_home"),
    path("start/<slug:name>/", views.start_home, name="start_home"),
    path("start/<slug:name>/load/", views.start_load, name="start_load"),
    path("start/<slug:name>/open/", views.switch, name="switch"),
]
