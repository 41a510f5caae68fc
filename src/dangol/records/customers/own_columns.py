"""The columns of lists that the customers' own tables give: who, where, how they came, how they are reached."""

from collections.abc import Callable, Mapping

from django.db.models import F, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dangol.records.customers import columns, masking
from dangol.records.customers.attributes import known_keys, stated
from dangol.records.customers.columns import Asked, Column, Kind, Rows, Watched, Word
from dangol.records.customers.fields import ATTRIBUTE
from dangol.records.customers.line_names import line_name
from dangol.records.customers.models import ContactPoint, Customer, Identity, PartnerDetail, PartyRole
from dangol.records.customers.parties import standing
from dangol.records.customers.schemes import Scheme
from dangol.records.staff.models import Unit
from dangol.records.staff.roles import May

MINE: Watched = {Customer: "pk"}
REACHED: Watched = {ContactPoint: "customer"}


def register() -> None:
    """Take them into what lists can show."""
    columns.register(
        Column("name", _("Name"), Kind.TEXT, _people, "full_name", masked=masking.name, watched=MINE, filters=False,
               item="full_name"),
        Column("line", _("Line of business"), Kind.CHOICE, _people, "line", words=_Lines, watched=MINE, item="line"),
        Column("unit", _("Shop or dealer"), Kind.CHOICE, _people, "unit__code", words=_units, watched=MINE,
               item="unit"),
        Column("place", _("District"), Kind.CHOICE, _people, "place", watched=MINE, item="place"),
        Column("gender", _("Gender"), Kind.CHOICE, _people, "gender", words=lambda: dict(Customer.Gender.choices),
               watched=MINE, item="gender"),
        Column("occupation", _("Occupation"), Kind.CHOICE, _people, "occupation", watched=MINE, item="occupation"),
        Column("birth_date", _("Date of birth"), Kind.DAY, _people, "birth_date", masked=_year, watched=MINE,
               dated=True, item="birth_date"),
        Column("medium", _("How the person came to us"), Kind.CHOICE, _people, "source", words=_media, watched=MINE,
               item="medium"),
        Column("came_by", _("Campaign or event they came by"), Kind.CHOICE, _people, "came_by", watched=MINE,
               item="came_by"),
        Column("registered_at", _("Registered on"), Kind.DAY, _people, "registered_at", falling=True, watched=MINE,
               item="registered_at"),
        Column("household", _("Household"), Kind.TEXT, _people, "household__code", masked=masking.name, watched=MINE,
               sorts=False, item="household"),
        Column("role", _("What they are to us"), Kind.MANY, lambda asked: standing(on=asked.day), "kind", "customer",
               words=lambda: dict(PartyRole.Kind.choices), sorts=False, watched={PartyRole: "customer"},
               version=lambda asked: asked.day, item="role"),
        Column("mobile", _("Mobile number"), Kind.TEXT, _points("mobile"), "value", "customer", masked=masking.phone,
               watched=REACHED, sorts=False, item="mobile"),
        Column("email", pgettext_lazy("contact", "E-mail address"), Kind.TEXT, _points("email"), "value", "customer",
               masked=masking.email, watched=REACHED, sorts=False, item="email"),
        Column("address", _("Address"), Kind.TEXT, _people, "address", masked=masking.address, watched=MINE,
               sorts=False, item="address"),
        Column("postcode", _("Postcode"), Kind.CHOICE, _people, "postcode", watched=MINE, may=(May.SEE_PERSON,),
               item="address"),
        Column("scheme", _("Known by"), Kind.MANY, lambda _asked: Identity.objects.all(), "scheme", "customer",
               words=lambda: dict(Scheme.choices), sorts=False, watched={Identity: "customer"}, item="external_id"),
        Column("partner", _("Details from partners"), Kind.MANY, _partners, "whose", "customer", may=(May.SEE_VALUES,),
               sorts=False, watched={PartnerDetail: "customer"}, item="partner_details"),
    )  # fmt: skip
    columns.MORE.append(details)


def details() -> list[Column]:
    """One for each further detail that is on record."""
    told = stated()
    return [detail(key, told[key].label if key in told else key) for key in sorted(known_keys())]


def detail(key: str, label: str) -> Column:
    """The column of one further detail that files brought."""

    def rows(_asked: Asked) -> Rows:
        told = Coalesce(KeyTextTransform(key, "attributes"), Value(""), output_field=TextField())
        return Customer.objects.known().annotate(detail_told=told)

    return Column(
        f"{ATTRIBUTE}{key}", label, Kind.CHOICE, rows, "detail_told", "id",
        may=(May.SEE_VALUES, May.SEE_PERSON), watched=MINE, item=f"{ATTRIBUTE}{key}",
    )  # fmt: skip


class _Lines(dict[str, Word]):
    """Lines of business by their code, whatever there is."""

    def get(self, key: str, default: Word | None = None) -> Word:  # type: ignore[override]
        return line_name(key) if key else default or ""


def _people(_asked: Asked) -> Rows:
    return Customer.objects.known()


def _points(kind: str) -> Callable[[Asked], Rows]:
    # Of several the one that began last stands in the list: rows come in that order, and the last counts.
    return lambda _asked: ContactPoint.objects.filter(kind=kind, valid_to=None).order_by("valid_from", "pk")


def _partners(_asked: Asked) -> Rows:
    return PartnerDetail.objects.filter(partner_set__ended_at=None).annotate(whose=F("partner_set__partner"))


def _units() -> Mapping[str, Word]:
    return dict(Unit.objects.values_list("code", "name"))


def _year(day: str) -> str:
    return f"{day[:4]}-**-**"


def _media() -> Mapping[str, Word]:
    return MEDIA


# By which way people come to us; other words stand as they are written.
MEDIA: dict[str, Word] = {
    "dealer": _("Through the dealer"), "shop": _("In the shop"), "friend": _("By a friend"), "flyer": _("By a flyer"),
    "web": _("On the web"), "phone": _("They called"), "hospital": _("At a hospital"),
    "postnatal_centre": _("At a postnatal centre"), "magazine": _("By a magazine"),
}  # fmt: skip
