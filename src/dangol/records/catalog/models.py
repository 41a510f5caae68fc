"""Products in a category tree, topics people choose among, and offers."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from dangol.lib.languages import speaks


class Category(models.Model):
    """A node of the product tree; `path` holds all levels, separated by ' / '."""

    name = models.CharField(max_length=120)
    path = models.CharField(max_length=400, unique=True)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="parts")


class Product(models.Model):
    """A thing we sell. A stub was sold before it was described."""

    code = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    category = models.ForeignKey(Category, null=True, on_delete=models.PROTECT, related_name="products")
    unit_price = models.BigIntegerField(null=True)  # minor units
    stub = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class StockCount(models.Model):
    """What was told of the stock of a product at a time: how much is there, when it comes in again. Never edited: the
    last word counts.
    """

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="stock", db_index=False)
    at = models.DateTimeField()
    quantity = models.DecimalField(max_digits=14, decimal_places=3, null=True)
    expected_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product", "at"], name="one_word_on_the_stock_at_a_time")]


class Topic(models.Model):
    """What messages can be about, two or three levels deep: people choose among these, and a campaign names one.

    `path` holds the codes of all levels, separated by "/": "news/products".
    """

    DEEPEST = 3

    code = models.SlugField(max_length=40)
    path = models.CharField(max_length=130, unique=True)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="parts")
    level = models.PositiveSmallIntegerField()
    name_ko = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(level__gte=1, level__lte=3), name="topics_are_three_levels_deep"),
            models.CheckConstraint(
                condition=models.Q(level=1, parent=None) | models.Q(level__gt=1, parent__isnull=False),
                name="a_topic_below_the_top_has_one_above_it",
            ),
        ]

    def __str__(self) -> str:
        return self.name_ko if speaks() == "ko" else self.name_en


class Offer(models.Model):
    """What is proposed; independent of channel and campaign."""

    class Bond(models.TextChoices):
        TRANSACTIONAL = "transactional", _("Transactional")
        CARE = "care", _("Non-transactional")

    code = models.SlugField(max_length=40, unique=True)
    name_ko = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    bond = models.CharField(max_length=20, choices=Bond)
    cost = models.BigIntegerField(default=0)  # minor units for each person who gets it

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(cost__gte=0), name="offer_cost_is_not_negative")]
