"""Addresses of the relationship map."""

from django.urls import path

from dangol.web.relationship import views

urlpatterns = [
    path("", views.map_page, name="map"),
    path("<int:run_id>/spec.json", views.map_spec, name="map_spec"),
    path("<int:run_id>/map.<slug:kind>", views.map_file, name="map_file"),
    path("<int:run_id>/list/", views.map_list, name="map_list"),
]
