"""Addresses of imports."""

from django.urls import path

from dangol.web.imports import views

urlpatterns = [
    path("", views.import_page, name="import"),
    path("own/", views.import_own, name="import_own"),
    path("example.csv", views.import_example, name="import_example"),
    path("result/<int:number>/", views.import_result, name="import_result"),
    path("result/<int:number>/left-out.csv", views.import_rejects, name="import_rejects"),
    path("<slug:token>/", views.import_file, name="import_file"),
    path("<slug:token>/trial/", views.import_trial, name="import_trial"),
    path("<slug:token>/take/", views.import_take, name="import_take"),
    path("<slug:token>/run/", views.import_run, name="import_run"),
]
