"""Messages, files and mail to staff that are to leave the house."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dangol.records.catalog.models import Category, Topic
from dangol.records.customers.models import Identity, SavedView
from dangol.records.staff.models import User


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


class Extract(models.Model):
    """What goes out to a team of the house again and again: whom, of which list, for what, in which form, how often.

    view: the saved list, with its columns; none for everybody, or for counts of segments. direct: with names, numbers
    and addresses, on the ground told; without, people stand under a mark that this extract alone knows. Never edited:
    another extract takes its place, and this one is ended.
    """

    class What(models.TextChoices):
        PEOPLE = "people", pgettext_lazy("extract", "Customers of a list")
        COUNTS = "counts", pgettext_lazy("extract", "Counts of segments")

    class Team(models.TextChoices):
        RESEARCH = "research", pgettext_lazy("team", "Marketing research")
        PRODUCTS = "products", pgettext_lazy("team", "New products")
        CRM = "crm", pgettext_lazy("team", "CRM")

    class Form(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", _("Excel (XLSX)")
        PARQUET = "parquet", "Parquet"

    class Rhythm(models.TextChoices):
        DAY = "day", pgettext_lazy("extract", "Every day")
        WEEK = "week", pgettext_lazy("extract", "Every week")
        MONTH = "month", pgettext_lazy("extract", "Every month")
        HAND = "hand", pgettext_lazy("extract", "When somebody asks")

    name = models.CharField(max_length=60)
    what = models.CharField(max_length=10, choices=What)
    view = models.ForeignKey(SavedView, null=True, on_delete=models.PROTECT, related_name="+")
    team = models.CharField(max_length=10, choices=Team)
    purpose = models.CharField(max_length=200)
    direct = models.BooleanField(default=False)
    ground = models.CharField(max_length=10, blank=True)  # a word of `records.customers.fields.Basis`
    form = models.CharField(max_length=10, choices=Form)
    rhythm = models.CharField(max_length=10, choices=Rhythm)
    folder = models.CharField(max_length=60)
    language = models.CharField(max_length=2)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name"], condition=Q(ended_at=None), name="one_extract_of_a_name"),
            models.CheckConstraint(condition=Q(direct=False) | ~Q(ground=""), name="who_is_named_is_named_on_a_ground"),
        ]

    def __str__(self) -> str:
        return self.name


class OutgoingFile(models.Model):
    """One file of an extract. The key makes it leave once.

    claimed_at: somebody makes it; digest: it is written whole beside its place, and from then on only its last step is
    missing; handed_over_at: it lies in its folder. left_out: people of the list who may not be in it.
    """

    key = models.CharField(max_length=120, unique=True)
    extract = models.ForeignKey(Extract, on_delete=models.PROTECT, related_name="files")
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    enqueued_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    name = models.CharField(max_length=120, blank=True)
    rows = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    seconds = models.FloatField(default=0)
    problem = models.TextField(blank=True)
    handed_over_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")


class StaffMail(models.Model):
    """One e-mail to a member of staff; what it says is written when it leaves. The key makes it leave once.

    day: what it tells of is asked as on this day. claimed_at: it is being handed over; with no handed_over_at it may
    have left or not, and is not sent again by itself. tried_at, problem: the last try that certainly did not reach
    anybody. withheld: why it will not leave at all.
    """

    key = models.CharField(max_length=120, unique=True)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    source_ref = models.CharField(max_length=60, db_index=True)
    day = models.DateField()
    enqueued_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True)
    claimed_at = models.DateTimeField(null=True)
    handed_over_at = models.DateTimeField(null=True)
    withheld = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(withheld="") | Q(handed_over_at=None),
                name="a_mail_to_staff_is_handed_over_or_withheld_never_both",
            )
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(handed_over_at=None, withheld="", claimed_at=None), name="staff_mail_waiting"
            ),
        ]
