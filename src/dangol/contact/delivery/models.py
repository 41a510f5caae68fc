"""What the built-in channels showed instead of sending it."""

from django.db import models

from dangol.records.outbox.models import Message


class Displayed(models.Model):
    """One message as it would have left; unique by message, so a repeat shows nothing twice."""

    message = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="displayed")
    channel = models.CharField(max_length=40)
    address = models.CharField(max_length=254, blank=True)
    text = models.TextField()
    at = models.DateTimeField()
