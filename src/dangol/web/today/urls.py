"""Addresses of the page Today."""

from django.urls import path

from dangol.web.today import views

urlpatterns = [path("", views.today, name="today")]
