"""What part of a stated need each customer covers with us, category by category, by one run."""

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from dangol.insight.analysis.models import Run
from dangol.records.customers.models import Customer
from dangol.records.voices.models import StatedNeed


class NeedShare(models.Model):
    """One stated need beside what its customer bought of it from us: said and measured, never mixed.

    about: the number of the category, "0" for everything the shop sells. need: minor units a year, as said; spent: net,
    in the last `days`. share: of the need over the same days, 1 at most; null where `state` is too old or too new.
    room: what of a year's need is left to others; raises: the need is large and the share small.
    """

    class State(models.TextChoices):
        TOLD = "told", pgettext_lazy("share of need", "Known")
        OVER = "over", pgettext_lazy("share of need", "More than was said")
        STALE = "stale", pgettext_lazy("share of need", "Said too long ago")
        NEW = "new", pgettext_lazy("share of need", "Not a month with us yet")

    # No index of their own: the constraint begins with the customer, the index with the run.
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="need_shares", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="need_shares", db_index=False)
    stated = models.ForeignKey(StatedNeed, on_delete=models.CASCADE, related_name="+")
    about = models.CharField(max_length=20)
    need = models.BigIntegerField()
    spent = models.BigIntegerField()
    days = models.PositiveSmallIntegerField()
    share = models.FloatField(null=True)
    state = models.CharField(max_length=5, choices=State)
    room = models.BigIntegerField(null=True)
    raises = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "run", "about"], name="one_share_of_a_need_per_run"),
            models.CheckConstraint(condition=Q(share__isnull=True) | Q(share__gte=0, share__lte=1), name="a_part_of_1"),
        ]
        indexes = [models.Index(fields=["run", "about", "-room"], name="most_room_first")]
