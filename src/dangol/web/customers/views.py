"""The pages Customers: list and profile."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from dangol.records.customers.models import Customer


def customers(request: HttpRequest) -> HttpResponse:
    """Everybody, filtered and sorted."""
    return render(request, "customers/list.html")


def customer(request: HttpRequest, customer_id: int) -> HttpResponse:
    """One person."""
    return render(request, "customers/profile.html", {"customer": get_object_or_404(Customer, pk=customer_id)})
