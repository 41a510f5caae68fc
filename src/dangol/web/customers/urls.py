"""Addresses of the pages Customers."""

from django.urls import path

from dangol.web.customers import views

urlpatterns = [
    path("customers/", views.customers, name="customers"),
    path("customers/count/", views.customers_count, name="customers_count"),
    path("customers/<int:customer_id>/", views.customer, name="customer"),
    path("customers/<int:customer_id>/timeline/", views.customer_timeline, name="customer_timeline"),
    path("messages/", views.messages, name="messages"),
]
