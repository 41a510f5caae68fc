"""Addresses of campaigns."""

from django.urls import path

from dangol.web.campaigns import views
from dangol.web.campaigns.repeating import views as repeating

urlpatterns = [
    path("", views.campaigns, name="campaigns"),
    path("plan/", views.campaign_plan, name="campaign_plan"),
    path("plan/audience/", views.campaign_audience, name="campaign_audience"),
    path("plan/letter/", views.campaign_letter, name="campaign_letter"),
    path("repeating/<int:series_id>/", repeating.repeating, name="repeating"),
    path("repeating/<int:series_id>/step/", repeating.repeating_step, name="repeating_step"),
    path("repeating/<int:series_id>/issue/", repeating.repeating_issue, name="repeating_issue"),
    path("repeating/<int:series_id>/measure/", repeating.repeating_measure, name="repeating_measure"),
    path("repeating/<int:series_id>/work/", repeating.repeating_work, name="repeating_work"),
    path("repeating/<int:series_id>/change/", repeating.repeating_change, name="repeating_change"),
    path("<int:pk>/", views.campaign, name="campaign"),
    path("<int:pk>/work/", views.campaign_work, name="campaign_work"),
    path("<int:pk>/send/", views.campaign_send, name="campaign_send"),
    path("<int:pk>/later/", views.campaign_later, name="campaign_later"),
    path("<int:pk>/measure/", views.campaign_measure, name="campaign_measure"),
    path("<int:pk>/movement/", views.campaign_movement, name="campaign_movement"),
    path("<int:pk>/effect.<slug:kind>", views.campaign_file, name="campaign_file"),
]
