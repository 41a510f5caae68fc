"""Addresses of imports."""

from django.urls import path

from dangol.web.imports import extract_views, partner_views, profile_views, result_views, views

urlpatterns = [
    path("", views.import_page, name="import"),
    path("own/", views.import_own, name="import_own"),
    path("example/<slug:kind>.csv", views.import_example, name="import_example"),
    path("profiles/", profile_views.import_profiles, name="import_profiles"),
    path("profiles/<int:number>/rename/", profile_views.import_profile_rename, name="import_profile_rename"),
    path("profiles/<int:number>/delete/", profile_views.import_profile_delete, name="import_profile_delete"),
    path("profiles/<int:number>/regular/", profile_views.import_profile_regular, name="import_profile_regular"),
    path("result/<int:number>/", result_views.import_result, name="import_result"),
    path("result/<int:number>/left-out.csv", result_views.import_rejects, name="import_rejects"),
    path("result/<int:number>/mend/", result_views.import_mend, name="import_mend"),
    path("result/<int:number>/undo/", result_views.import_undo, name="import_undo"),
    path("result/<int:number>/undo/run/", result_views.import_undo_run, name="import_undo_run"),
    path("out/", extract_views.extracts, name="extracts"),
    path("out/<int:number>/", extract_views.extract, name="extract"),
    path("out/<int:number>/make/", extract_views.extract_make, name="extract_make"),
    path("out/<int:number>/end/", extract_views.extract_end, name="extract_end"),
    path("out/file/<int:number>/delete/", extract_views.extract_delete, name="extract_delete"),
    path("<slug:token>/", views.import_file, name="import_file"),
    path("<slug:token>/trial/", views.import_trial, name="import_trial"),
    path("<slug:token>/take/", views.import_take, name="import_take"),
    path("<slug:token>/run/", views.import_run, name="import_run"),
    path("<slug:token>/details/", partner_views.import_details, name="import_details"),
    path("<slug:token>/details/trial/", partner_views.import_details_trial, name="import_details_trial"),
    path("<slug:token>/details/take/", partner_views.import_details_take, name="import_details_take"),
    path("<slug:token>/details/run/", partner_views.import_details_run, name="import_details_run"),
]
