"""People who sign in, the units they work in, who was let in when, and whom we have a contract with."""

from typing import ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dangol.records.staff.roles import May, Role, bundle


class Unit(models.Model):
    """A part of the business: head office, region, dealer or shop."""

    class Kind(models.TextChoices):
        HEAD_OFFICE = "head_office", _("Head office")
        REGION = "region", pgettext_lazy("part of the business", "Region")
        DEALER = "dealer", _("Dealer")
        SHOP = "shop", _("Shop")

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=Kind)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="parts")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(parent=F("id")), name="a_unit_is_not_part_of_itself"),
        ]

    def __str__(self) -> str:
        return self.name


class StaffManager(UserManager["User"]):
    """Finds people by the name they sign in with, however they write its capitals."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username__iexact=username)


class User(AbstractUser):
    """A member of staff: one person, one account. The owner is made on first use from this machine.

    `failures` in a row since the last sign-in; until `locked_until` nobody may try. `sessions_ended` counts how often
    all sessions of this person were ended at once. `email` is where reports are sent to, `language` what they are
    written in ("" as the home is).
    """

    Role = Role

    role = models.CharField(max_length=20, choices=Role, default=Role.MARKETER)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT)
    failures = models.PositiveIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)
    sessions_ended = models.PositiveIntegerField(default=0)
    language = models.CharField(max_length=2, blank=True, db_default="", default="")

    objects: ClassVar[StaffManager] = StaffManager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["role"], condition=models.Q(role="owner"), name="one_owner_for_a_business"),
            models.UniqueConstraint(Lower("username"), name="one_account_for_a_name_however_it_is_written"),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        """What a session must know of its user: besides the password, that it was not ended from elsewhere."""
        plain: str = super()._get_session_auth_hash(secret)  # type: ignore[misc]
        if not self.sessions_ended:
            return plain
        return salted_hmac(
            "dangol.sessions", f"{plain}:{self.sessions_ended}", secret=secret, algorithm="sha256"
        ).hexdigest()

    def may(self, what: May) -> bool:
        """Whether the role's bundle holds this."""
        return self.is_active and what in bundle(self.role)


class Grant(models.Model):
    """Who was given which role and unit, when, by whom and why. A change is a new row; "" takes everything away."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=20, choices=Role, blank=True)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    why = models.CharField(max_length=200, blank=True)


class Invitation(models.Model):
    """A way in for one person, once, until it expires. Only a hash of the link's secret is kept."""

    name = models.CharField(max_length=120)
    role = models.CharField(max_length=20, choices=Role)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    secret_hash = models.CharField(max_length=64, unique=True)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.OneToOneField(User, null=True, on_delete=models.PROTECT, related_name="invitation")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(role="owner"), name="nobody_is_invited_to_be_the_owner"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("at")), name="invitation_ends_after_it_begins"),
        ]


class ApiKey(models.Model):
    """A program's way in: what it may do is at most what its maker may, its scope the maker's, until it expires."""

    name = models.CharField(max_length=120)
    prefix = models.CharField(max_length=12, unique=True)
    secret_hash = models.CharField(max_length=64)
    may = models.JSONField()  # words of May
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="api_keys")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="api_key_ends_after_it_begins")
        ]

    def allowed(self) -> frozenset[May]:
        """What the key may do now: never more than its maker may now."""
        return frozenset(May(word) for word in self.may if word in set(May)) & bundle(self.user.role)


class Contract(models.Model):
    """Somebody outside our own staff who handles customers' data: a dealer, a gateway, a cloud.

    `unit` for a dealer of the organisation tree, else `recipient` names them. Processors act for us; third parties
    for themselves, and need the customer's own consent. The last row of a recipient counts; ending is `ends_on`.
    """

    class Status(models.TextChoices):
        PROCESSOR = "processor", _("Processor")
        THIRD_PARTY = "third_party", _("Third party")

    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="contracts")
    recipient = models.CharField(max_length=120, blank=True)
    status = models.CharField(max_length=20, choices=Status)
    purpose = models.CharField(max_length=200, blank=True)
    items = models.CharField(max_length=200, blank=True)
    country = models.CharField(max_length=2, default="KR")
    signed_on = models.DateField()
    ends_on = models.DateField(null=True)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(unit__isnull=False) ^ ~Q(recipient=""),
                name="a_contract_is_with_a_unit_or_a_named_recipient",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("signed_on")), name="a_contract_ends_after_it_begins"
            ),
        ]


class AccessAnchor(models.Model):
    """The end of the access log as it stood at a time: kept here, so that it cannot be cut off unseen."""

    batch = models.BigIntegerField(unique=True)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()


class AccessReview(models.Model):
    """A month of the access log that somebody looked through, and what they found."""

    month = models.DateField(unique=True)  # its first day
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    note = models.TextField(blank=True)


class UsedMark(models.Model):
    """The mark of a form that was sent, so that sending it again does nothing; see once.py."""

    mark = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField(db_index=True)
