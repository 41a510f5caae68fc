"""A programme carried out in person, the task for each customer, and every step that was taken of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dangol.insight.analysis.models import Run
from dangol.records.catalog.models import Category
from dangol.records.customers.models import Identity
from dangol.records.ledger.models import Interaction
from dangol.records.staff.models import User


class Kind(models.TextChoices):
    """What one of us does for a customer, or with them."""

    CALL = "call", _("A phone call")
    VISIT = "visit", pgettext_lazy("care", "A visit by one of us")
    GIFT = "gift", _("A gift")
    PANEL = "panel", _("Invitation to the customer panel")
    INTERVIEW = "interview", _("Interview with a customer")
    CO_DEVELOPMENT = "co_development", _("Developing a product together")

    @property
    def direction(self) -> str:
        """Who turns to whom in the contact that it becomes: to talk for us is what the customer gives."""
        theirs = self in {Kind.INTERVIEW, Kind.CO_DEVELOPMENT}
        return Interaction.Direction.IN if theirs else Interaction.Direction.OUT

    @property
    def contact(self) -> str:
        """What the ledger calls it: who accepts an invitation to a panel has not taken part yet."""
        return "panel_invitation" if self == Kind.PANEL else self.value


class CarePlan(models.Model):
    """One programme of a portfolio that is carried out in person. Its name is the salt of its arms.

    portfolio: the run that recommended it; null: let go of since.
    """

    name = models.CharField(max_length=120, unique=True)
    programme = models.CharField(max_length=40)
    portfolio = models.ForeignKey(Run, null=True, on_delete=models.SET_NULL, related_name="+")
    kind = models.CharField(max_length=16, choices=Kind)
    holdout_share = models.FloatField()
    due_on = models.DateField()
    planned_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    planned_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(holdout_share__gte=0.01) & Q(holdout_share__lte=0.5), name="a_care_plan_holds_somebody_out"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def source_ref(self) -> str:
        """The opaque mark its facts carry in the ledger."""
        return f"care:{self.pk}"


class CareTask(models.Model):
    """What somebody of us is to do for one customer by a day; without a plan it was thought of by itself.

    state, owner and due_on are what the last step that tells them says. about: which goods it is about, if any. cost:
    what the customer is given is worth, in minor units.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("care", "Open")
        DONE = "done", pgettext_lazy("care", "Done")
        DECLINED = "declined", pgettext_lazy("care", "Declined by the customer")
        NOT_NEEDED = "not_needed", pgettext_lazy("care", "Not needed any more")

    identity = models.ForeignKey(Identity, on_delete=models.PROTECT, related_name="care_tasks")
    plan = models.ForeignKey(CarePlan, null=True, on_delete=models.PROTECT, related_name="tasks")
    kind = models.CharField(max_length=16, choices=Kind)
    about = models.ForeignKey(Category, null=True, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=300, blank=True)
    cost = models.BigIntegerField(default=0)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    tries = models.PositiveSmallIntegerField(default=0)
    made_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(cost__gte=0), name="care_costs_nothing_or_more")]
        indexes = [
            models.Index(fields=["state", "due_on"], name="care_by_day"),
            models.Index(fields=["owner", "state", "due_on"], name="care_of_somebody"),
        ]


class CareStep(models.Model):
    """What became of a task: given to somebody, done, tried, ended, or taken back. Never edited."""

    class Kind(models.TextChoices):
        GIVEN = "given", pgettext_lazy("care", "Given to somebody")
        DONE = "done", pgettext_lazy("care", "Done")
        NOT_REACHED = "not_reached", pgettext_lazy("care", "Tried, not reached")
        DECLINED = "declined", pgettext_lazy("care", "Declined by the customer")
        NOT_NEEDED = "not_needed", pgettext_lazy("care", "Not needed any more")
        TAKEN_BACK = "taken_back", pgettext_lazy("care", "Taken back")

    task = models.ForeignKey(CareTask, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=12, choices=Kind)
    owner = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    due_on = models.DateField(null=True)
    note = models.CharField(max_length=1000, blank=True)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    @property
    def source_ref(self) -> str:
        """The opaque mark of the contact that it became."""
        return f"care-step:{self.pk}"


class Panel(models.Model):
    """Customers who are asked again and again: what for, and since when."""

    name = models.CharField(max_length=120, unique=True)
    aim = models.CharField(max_length=300, blank=True)
    since = models.DateField()
    made_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class PanelStep(models.Model):
    """Somebody was invited, joined or left, on a day and why. Never edited: the last one counts.

    step: the care step by which it came about; it goes with that where it was a slip.
    """

    class Kind(models.TextChoices):
        INVITED = "invited", pgettext_lazy("panel", "Invited")
        JOINED = "joined", pgettext_lazy("panel", "Joined")
        LEFT = "left", pgettext_lazy("panel", "Left")

    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="steps")
    identity = models.ForeignKey(Identity, on_delete=models.PROTECT, related_name="panel_steps")
    kind = models.CharField(max_length=8, choices=Kind)
    on = models.DateField()
    reason = models.CharField(max_length=300, blank=True)
    step = models.ForeignKey(CareStep, null=True, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class PanelSession(models.Model):
    """A panel came together: on which day, what about, what came of it in a sentence. Who took part, the ledger says.

    kind: a sitting of the panel, or work on a product together. about: which goods, if any.
    """

    class Kind(models.TextChoices):
        PANEL = "panel", _("A sitting of the panel")
        CO_DEVELOPMENT = "co_development", _("Developing a product together")

    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="sessions")
    kind = models.CharField(max_length=16, choices=Kind, default=Kind.PANEL)
    on = models.DateField()
    topic = models.CharField(max_length=200)
    outcome = models.CharField(max_length=300, blank=True)
    about = models.ForeignKey(Category, null=True, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    @property
    def source_ref(self) -> str:
        """The opaque mark of taking part."""
        return f"panel-session:{self.pk}"
