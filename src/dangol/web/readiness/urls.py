"""Addresses of the readiness check."""

from django.urls import path

from dangol.web.readiness import views

urlpatterns = [
    path("", views.readiness, name="readiness"),
    path("look/", views.readiness_look, name="readiness_look"),
    path("work/", views.readiness_work, name="readiness_work"),
    path("pdf/", views.readiness_pdf, name="readiness_pdf"),
    path("examples/<slug:check>/", views.readiness_examples, name="readiness_examples"),
]
