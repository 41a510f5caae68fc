"""Addresses of care."""

from django.urls import path

from dangol.web.care import planning, views

urlpatterns = [
    path("", views.care, name="care"),
    path("plan/", planning.care_plan, name="care_plan"),
    path("new/<int:customer_id>/", views.care_new, name="care_new"),
    path("<int:task_id>/settle/", views.care_settle, name="care_settle"),
    path("<int:task_id>/back/", views.care_back, name="care_back"),
    path("<int:task_id>/give/", views.care_give, name="care_give"),
]
