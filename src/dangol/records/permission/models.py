"""Answers to our questions for permission, and standing refusals."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from dangol.records.customers.models import Customer
from dangol.records.staff.models import User


class Consent(models.Model):
    """One answer to one purpose at one time. Changing your mind is a new row."""

    class Purpose(models.TextChoices):
        COLLECTION = "collection", _("Collection and use of personal data")
        MARKETING = "marketing", _("Advertising messages")
        NIGHT = "night", _("Advertising at night")
        THIRD_PARTY = "third_party", _("Provision to third parties")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=20, choices=Purpose)
    channel = models.CharField(max_length=20, blank=True)
    granted = models.BooleanField()
    answered_at = models.DateTimeField()
    evidence = models.CharField(max_length=200, blank=True)
    text_version = models.CharField(max_length=40, blank=True)
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "purpose", "channel", "answered_at"],
                name="one_answer_per_question_and_time",
            )
        ]
        indexes = [models.Index(fields=["purpose", "channel", "customer", "-answered_at"])]


class Suppression(models.Model):
    """A standing "do not contact", over any consent. Empty channel means all channels."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="suppressions")
    channel = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=80)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")),
                name="suppression_ends_after_it_begins",
            )
        ]
