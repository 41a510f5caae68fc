"""Addresses of care."""

from django.urls import path

from dangol.web.care import panels, planning, views

urlpatterns = [
    path("", views.care, name="care"),
    path("plan/", planning.care_plan, name="care_plan"),
    path("new/<int:customer_id>/", views.care_new, name="care_new"),
    path("<int:task_id>/settle/", views.care_settle, name="care_settle"),
    path("<int:task_id>/back/", views.care_back, name="care_back"),
    path("<int:task_id>/give/", views.care_give, name="care_give"),
    path("panels/", panels.care_panels, name="care_panels"),
    path("panels/open/", panels.care_panel_open, name="care_panel_open"),
    path("panels/<int:panel_id>/", panels.care_panel, name="care_panel"),
    path("panels/<int:panel_id>/session/", panels.care_session, name="care_session"),
    path("panels/session/<int:session_id>/back/", panels.care_session_back, name="care_session_back"),
    path("panels/join/<int:customer_id>/", panels.care_join, name="care_join"),
]
