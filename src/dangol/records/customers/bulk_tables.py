"""What was done to many customers at once, and what was there before with each."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from dangol.records.staff.models import User


class BulkChange(models.Model):
    """One thing done to many customers at once: which kind, with what, how far it is. It can be taken back whole."""

    kind = models.SlugField(max_length=20)
    told = models.JSONField(default=dict)
    people = models.PositiveIntegerField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undo_finished_at = models.DateTimeField(null=True)


class BulkRow(models.Model):
    """One customer of a bulk change: what was there before, and whether it was changed or is put back."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits")
        CHANGED = "changed", _("Changed")
        SAME = "same", _("Was so already")
        PUT_BACK = "put_back", _("Put back")
        MOVED_ON = "moved_on", _("Changed again meanwhile")

    change = models.ForeignKey(BulkChange, on_delete=models.CASCADE, related_name="rows", db_index=False)
    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="bulk_rows")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING, db_default="waiting")
    was = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["change", "customer"], name="one_row_per_bulk_change_and_customer")
        ]
        indexes = [models.Index(fields=["change", "state", "customer"])]
