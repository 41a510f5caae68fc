"""Messages that are to leave the house."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from dangol.records.catalog.models import Category, Topic
from dangol.records.customers.models import Identity


class Message(models.Model):
    """One message to one person, rendered when enqueued. The key makes it leave once.

    `goods` and `topic` are what it is about, so that permission can be asked again when it is handed over; `ground` and
    `pack` say why it may leave and by which rules. Until `not_before` it waits for the morning.
    """

    class Kind(models.TextChoices):
        ADVERTISING = "advertising", _("Advertising")
        INFORMATIONAL = "informational", _("Informational")
        SERVICE = "service", _("Part of a service")

    key = models.CharField(max_length=200, unique=True)
    identity = models.ForeignKey(Identity, on_delete=models.PROTECT, related_name="messages")
    source_ref = models.CharField(max_length=160)
    offer = models.CharField(max_length=40, blank=True)
    channel = models.CharField(max_length=40)
    kind = models.CharField(max_length=20, choices=Kind)
    address = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField()
    goods = models.ForeignKey(Category, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    topic = models.ForeignKey(Topic, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    ground = models.CharField(max_length=20, blank=True, db_default="")
    pack = models.CharField(max_length=40, blank=True, db_default="")
    enqueued_at = models.DateTimeField()
    not_before = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    handed_over_at = models.DateTimeField(null=True)
    withheld = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(withheld="") | models.Q(handed_over_at=None),
                name="a_message_is_handed_over_or_withheld_never_both",
            )
        ]
        indexes = [
            models.Index(fields=["source_ref", "handed_over_at"]),
            models.Index(fields=["id"], condition=models.Q(handed_over_at=None, withheld=""), name="still_to_carry"),
        ]
