"""Addresses of Privacy: one file of views for each topic."""

from django.urls import path

from dangol.web.privacy import overview

urlpatterns = [
    path("", overview.privacy, name="privacy"),
]
