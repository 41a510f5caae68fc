"""Addresses of Insight: the index, then one page a question."""

from django.urls import path

from dangol.web.insight import views

urlpatterns = [
    path("", views.insight, name="insight"),
]
