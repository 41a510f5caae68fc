"""That two customers are one, or two: what somebody said, and what it takes to take it back."""

from django.db import models

from dangol.records.staff.models import User


class NeverSame(models.Model):
    """Somebody said that two customers are two people; `left` has the smaller number. Taken back, it counts no more."""

    left = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="+")
    right = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(left__lt=models.F("right")), name="two_people_begin_with_the_smaller_number"
            ),
            models.UniqueConstraint(
                fields=["left", "right"], condition=models.Q(ended_at=None), name="said_once_that_two_are_two"
            ),
        ]


class Merge(models.Model):
    """Somebody said that customers are one; `kept` stands for all of them. Nothing of what happened is rewritten.

    `changes` is what became of the row that is kept: field → [before, after]; `chosen` the numbers and addresses that
    are used from then on: kind → value; `made` the rows that were written so that the strictest answer counts; `newest`
    the highest number of each table of answers: what came later was said while they were one. Taken back, it holds none
    of this any more: it is of the kept one alone, and tells of the others.
    """

    kept = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="merges")
    changes = models.JSONField(default=dict)
    chosen = models.JSONField(default=dict)
    made = models.JSONField(default=list)
    newest = models.JSONField(default=dict, db_default={})
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)


class Absorbed(models.Model):
    """One customer who went into another with a merge; `until` the merge was taken back."""

    merge = models.ForeignKey(Merge, on_delete=models.CASCADE, related_name="absorbed")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="absorptions")
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=models.Q(until=None), name="a_customer_goes_into_one_other"
            )
        ]


class Belonging(models.Model):
    """Whose a row is that stands with the kept customer while a merge lasts: `home` gets it back."""

    table = models.CharField(max_length=60)
    row = models.BigIntegerField()
    column = models.CharField(max_length=40)
    home = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["table", "row", "column"], name="a_row_belongs_to_one_customer")]


class Parked(models.Model):
    """A row that was worked out about somebody and is out of the way while a merge lasts."""

    home = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="+")
    table = models.CharField(max_length=60)
    values = models.JSONField()
