"""Lists that somebody keeps, and the one with which theirs opens."""

from django.db import models

from dangol.records.staff.models import Unit, User


class SavedView(models.Model):
    """A list somebody keeps: the words of its address. Its own, or for everybody of a role or unit, or for all.

    Shown until it is removed, which can be taken back. Texts to find are not in it: they name people.
    """

    name = models.CharField(max_length=60)
    query = models.TextField(blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    shared = models.BooleanField(default=False)
    role = models.CharField(max_length=20, blank=True)  # for whom, where it is shared; "" for every role
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")  # and of every unit
    at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="a_saved_view_has_a_name"),
            models.CheckConstraint(
                condition=models.Q(shared=True) | models.Q(role="", unit=None), name="an_own_view_is_for_nobody_else"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> str:
        """The words of its address, saying which view it is."""
        return f"{self.query}&view={self.pk}" if self.query else f"view={self.pk}"


class UsualView(models.Model):
    """The view with which somebody's list opens."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    view = models.ForeignKey(SavedView, on_delete=models.CASCADE, related_name="+")
