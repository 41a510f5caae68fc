"""The change feed and what each reader has read of it."""

from django.db import models


class Change(models.Model):
    """Rows of one table that changed together: a key range, in commit order.

    `xid` is the writing transaction on PostgreSQL, where ids commit out of order; readers stop
    below the oldest transaction still open. SQLite has one writer, ids are the commit order.
    """

    table = models.CharField(max_length=63)
    first_key = models.BigIntegerField()
    last_key = models.BigIntegerField()
    xid = models.BigIntegerField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_key__gte=models.F("first_key")), name="change_range_is_ordered"
            )
        ]


class Reading(models.Model):
    """One reader has taken one change; the pair is unique, so each is read exactly once."""

    reader = models.CharField(max_length=63)
    change = models.ForeignKey(Change, on_delete=models.CASCADE)
    read_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reader", "change"], name="each_change_is_read_once")]
