"""Batches of what came in, the rows that were refused, what each wrote, how files are taken; and who signed up."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dangol.records.customers.models import Customer, PartnerSet
from dangol.records.staff.models import Unit, User
from dangol.records.staff.scope import Scope


class Batch(models.Model):
    """One file or feed taken in: rows = accepted + rejected, accepted = created + updated + unchanged.

    `called_off`: those of the rejected in which there is nothing to mend, as what they tell of was called off.
    `partner_set`: for a file of details, whose data they are and on which ground. `mends`: the batch whose refused
    rows these are, mended. `profile`: that of a file that came by itself, and `mark` the file as it lay in its folder.
    """

    kind = models.CharField(max_length=40)
    source = models.CharField(max_length=40)
    file_name = models.CharField(max_length=255, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    columns = models.JSONField(default=list)  # headings of the file, in order
    mapping = models.JSONField(default=dict)  # field → heading
    kept = models.JSONField(default=dict)  # heading of a further column → its purpose and ground
    rows = models.PositiveBigIntegerField(default=0)
    accepted = models.PositiveBigIntegerField(default=0)
    rejected = models.PositiveBigIntegerField(default=0)
    called_off = models.PositiveBigIntegerField(default=0, db_default=0)
    created = models.PositiveBigIntegerField(default=0)
    updated = models.PositiveBigIntegerField(default=0)
    unchanged = models.PositiveBigIntegerField(default=0)
    amount_total = models.BigIntegerField(default=0)  # minor units, over accepted lines
    stage = models.CharField(max_length=80, blank=True)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    problem = models.TextField(blank=True)
    warnings = models.JSONField(default=list)  # sentences for whoever brought the file
    seconds = models.FloatField(default=0)
    partner_set = models.ForeignKey(PartnerSet, null=True, on_delete=models.PROTECT, related_name="+")
    mends = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="mended_by")
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    profile = models.ForeignKey("Profile", null=True, on_delete=models.SET_NULL, related_name="files")
    mark = models.CharField(max_length=64, blank=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["profile", "mark"], condition=models.Q(finished_at=None) & ~models.Q(mark=""),
                name="one_import_at_a_time_of_a_file_that_came",
            )
        ]  # fmt: skip

    wished: list[dict[str, Any]] = []  # what no column of the file at hand holds, and which may
    twice: list[dict[str, int | str]] = []  # files whose sales stand already as nobody's, in a dry run
    refused: list[tuple[int, str]] = []  # after a dry run: examples of rows that would be refused, and why

    @property
    def state(self) -> str:
        """In one word: undone, failed, under_way, taken_in or, where not one row was, nothing_in."""
        if hasattr(self, "undoing"):
            return "undone"
        if self.problem:
            return "failed"
        if self.finished_at is None:
            return "under_way"
        return "taken_in" if self.accepted else "nothing_in"


class RejectQuerySet(models.QuerySet["Reject"]):
    """Refused rows, by whether they wait for anybody."""

    def to_mend(self) -> Self:
        """Those that can be taken in once they are mended."""
        return self.filter(needs_nothing=False)


class Reject(models.Model):
    """One row refused, in its original columns, with the reason in words.

    `needs_nothing`: it is left out for good, such as a line of an order that was called off.
    """

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="rejects")
    row = models.PositiveBigIntegerField()
    reason = models.CharField(max_length=300)
    original = models.JSONField()
    needs_nothing = models.BooleanField(default=False, db_default=False)

    objects = RejectQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "row"], name="one_reject_per_row")]


class Wrote(models.Model):
    """Rows of a table that a batch made, as a key range; of an undone batch, the rows that had to stay."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="wrote")
    table = models.CharField(max_length=63)
    first_key = models.BigIntegerField()
    last_key = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_key__gte=models.F("first_key")), name="written_range_is_ordered"
            )
        ]


class Changed(models.Model):
    """A row that was there and that a batch changed: field → value as it was and as it became, to be put back.

    Kept until the batch is undone. `customer`: whose row it is; a customer on whom something is kept here is not
    taken away.
    """

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="changed")
    table = models.CharField(max_length=63)
    key = models.BigIntegerField()
    customer = models.ForeignKey(Customer, null=True, on_delete=models.CASCADE, related_name="+")
    was = models.JSONField()
    became = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["table", "key", "id"], name="changes_of_a_row_in_order")]


class Undoing(models.Model):
    """That a batch was taken back, by whom and when, with what went: table → rows, and what stayed and why."""

    batch = models.OneToOneField(Batch, on_delete=models.CASCADE, related_name="undoing")
    removed = models.JSONField(default=dict)  # table → rows
    restored = models.PositiveBigIntegerField(default=0)  # rows that are again as they were
    overwritten = models.PositiveBigIntegerField(default=0)  # rows somebody changed again since: left as they are
    stayed = models.JSONField(default=dict)  # table → rows on which something newer hangs
    refusals = models.PositiveBigIntegerField(default=0, db_default=0)  # of those that stayed
    seconds = models.FloatField(default=0)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()


class Profile(models.Model):
    """How the columns of a file that comes again are to be taken, under a name, for everybody who imports.

    A regular one has a folder, from which files are taken in by themselves for `taken_by`, who switched it on, with
    their words in `language`; `rhythm` is how often one is expected.
    """

    class Rhythm(models.TextChoices):
        ANY = "", _("Whenever one comes")
        DAY = "day", _("Every day")
        WEEK = "week", _("Every week")

    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=40)
    headings = models.JSONField(default=list)  # of the file it was made from, in order
    mapping = models.JSONField(default=dict)  # field → heading
    currency = models.CharField(max_length=3, blank=True)
    details = models.JSONField(default=dict)  # heading of a further column → its purpose and basis
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    folder = models.CharField(max_length=80, blank=True)  # its name below `incoming`
    rhythm = models.CharField(max_length=8, choices=Rhythm, blank=True)
    language = models.CharField(max_length=8, blank=True)
    taken_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    regular_since = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "name"], name="one_profile_per_kind_and_name"),
            models.UniqueConstraint(fields=["folder"], condition=~models.Q(folder=""), name="one_profile_per_folder"),
            models.CheckConstraint(
                condition=models.Q(taken_by=None) | ~models.Q(folder=""), name="what_comes_by_itself_has_a_folder"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SignUpDoor(models.Model):
    """That the sign-up form was opened or shut, and what it asks beside name and number: the last row counts."""

    is_open = models.BooleanField()
    asks = models.JSONField(default=list)  # names of details, see joining.ASKED
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()


class SignUpSource(models.Model):
    """A way to the form with an address of its own: by which medium and campaign people come who use it."""

    code = models.CharField(max_length=40, unique=True)
    medium = models.CharField(max_length=40)
    came_by = models.CharField(max_length=120, blank=True)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["medium", "came_by"], name="one_way_to_the_form_per_medium_and_campaign")
        ]

    def __str__(self) -> str:
        return self.came_by or self.medium


class SignUpQuerySet(models.QuerySet["SignUp"]):
    """Sign-ups as the reader may see them."""

    def seen_by(self, scope: Scope) -> Self:
        """Those at units within the scope; those at none belong to head office. Taken in, one goes where its customer
        goes: whoever does not see the customer does not see what they wrote.
        """
        if scope.whole:
            return self.all()
        theirs = Q(customer__isnull=False) & scope.within("customer__unit")
        return self.filter(Q(customer=None) & scope.within("unit") | theirs)


class SignUp(models.Model):
    """What somebody wrote into the sign-up form. Nobody believes it until it was looked at: `customer` is who it was.

    `mark`: of the form and what was in it when sent, so that one pressed twice is one. `answers`: to each text that was
    shown, its number, the medium, and whether it was agreed to. `place`: the address it came from, as evidence. `email`
    is kept in small letters. `of_age`: the age they ticked that they have reached.
    """

    mark = models.CharField(max_length=40, unique=True)
    receipt = models.CharField(max_length=12)
    full_name = models.CharField(max_length=120)
    mobile = models.CharField(max_length=254, blank=True)
    email = models.CharField(max_length=254, blank=True)
    birth_date = models.DateField(null=True)
    gender = models.CharField(max_length=1, choices=Customer.Gender, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    medium = models.CharField(max_length=40, blank=True)
    came_by = models.CharField(max_length=120, blank=True)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    answers = models.JSONField(default=list)
    language = models.CharField(max_length=2)
    place = models.CharField(max_length=80, blank=True)
    of_age = models.PositiveSmallIntegerField(null=True)
    at = models.DateTimeField(db_index=True)
    customer = models.ForeignKey(Customer, null=True, on_delete=models.CASCADE, related_name="sign_ups")

    objects = SignUpQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(mobile="", email=""), name="whoever_signs_up_can_be_reached"
            ),
        ]  # fmt: skip


class SignUpStep(models.Model):
    """What became of a sign-up: the last row counts; without one it waits."""

    class State(models.TextChoices):
        TAKEN_IN = "taken_in", pgettext_lazy("sign-up", "Taken in")
        TURNED_AWAY = "turned_away", _("Turned away")
        BACK = "back", _("Waits again")

    sign_up = models.ForeignKey(SignUp, on_delete=models.CASCADE, related_name="steps")
    state = models.CharField(max_length=12, choices=State)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sign_up"], condition=models.Q(state="taken_in"), name="a_sign_up_is_taken_in_once"
            )
        ]
