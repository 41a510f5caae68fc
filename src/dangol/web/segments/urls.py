"""Addresses of segments."""

from django.urls import path

from dangol.web.segments import views

urlpatterns = [
    path("", views.segments, name="segments"),
    path("keep/", views.segment_keep, name="segment_keep"),
    path("sheets.csv", views.segment_sheets, name="segment_sheets"),
    path("<int:segment_id>/", views.segment, name="segment"),
    path("<int:segment_id>/decide/", views.segment_decide, name="segment_decide"),
    path("<int:segment_id>/again/", views.segment_ask_again, name="segment_ask_again"),
]
