"""An app of its own inside the staff's room: its tables are few and seldom touched."""

from django.apps import AppConfig


class BreachConfig(AppConfig):
    name = "dangol.records.staff.breach"
    label = "breach"
