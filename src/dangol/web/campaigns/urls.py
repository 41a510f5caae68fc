"""Addresses of campaigns."""

from django.urls import path

from dangol.web.campaigns import views

urlpatterns = [
    path("", views.campaigns, name="campaigns"),
    path("plan/", views.campaign_plan, name="campaign_plan"),
    path("plan/audience/", views.campaign_audience, name="campaign_audience"),
    path("plan/letter/", views.campaign_letter, name="campaign_letter"),
    path("<int:pk>/", views.campaign, name="campaign"),
    path("<int:pk>/work/", views.campaign_work, name="campaign_work"),
    path("<int:pk>/send/", views.campaign_send, name="campaign_send"),
    path("<int:pk>/later/", views.campaign_later, name="campaign_later"),
    path("<int:pk>/measure/", views.campaign_measure, name="campaign_measure"),
    path("<int:pk>/movement/", views.campaign_movement, name="campaign_movement"),
    path("<int:pk>/effect.<slug:kind>", views.campaign_file, name="campaign_file"),
]
