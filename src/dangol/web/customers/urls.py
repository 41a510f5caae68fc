"""Addresses of the pages Customers."""

from django.urls import path

from dangol.web.customers import views

urlpatterns = [
    path("customers/", views.customers, name="customers"),
    path("customers/<int:customer_id>/", views.customer, name="customer"),
]
