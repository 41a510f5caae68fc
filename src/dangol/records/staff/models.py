"""People who sign in, and the units they work in."""

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class Unit(models.Model):
    """A part of the business: head office, dealer or shop."""

    class Kind(models.TextChoices):
        HEAD_OFFICE = "head_office", _("Head office")
        DEALER = "dealer", _("Dealer")
        SHOP = "shop", _("Shop")

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=Kind)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="parts")

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """A member of staff. The owner is made on first use from this machine."""

    class Role(models.TextChoices):
        OWNER = "owner", _("Owner")
        MARKETER = "marketer", _("Marketer")

    role = models.CharField(max_length=20, choices=Role, default=Role.MARKETER)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["role"], condition=models.Q(role="owner"), name="one_owner_for_a_business")
        ]
