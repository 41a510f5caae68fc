"""What customers say themselves."""

from django.db import models
from django.db.models import F, Q

from dangol.records.customers.models import Identity


class SurveyAnswer(models.Model):
    """One answer to one item of one survey. `dimension` is what the item measures."""

    identity = models.ForeignKey(Identity, on_delete=models.PROTECT, related_name="answers")
    source = models.CharField(max_length=40)
    ref = models.CharField(max_length=120)
    survey = models.CharField(max_length=80)
    item = models.CharField(max_length=80)
    dimension = models.CharField(max_length=40)
    score = models.FloatField()
    scale_min = models.FloatField()
    scale_max = models.FloatField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "ref"], name="one_answer_per_ref"),
            models.CheckConstraint(
                condition=Q(score__gte=F("scale_min")) & Q(score__lte=F("scale_max")),
                name="answer_lies_on_its_scale",
            ),
        ]
        indexes = [models.Index(fields=["identity", "at"])]
