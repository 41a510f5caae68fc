"""Lists of customers by the API: columns, filters and order as on the page, saved lists, many changed at once."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from dangol.records.customers import bulk_changes
from dangol.records.customers.bulk_changes import KINDS, Kind
from dangol.records.customers.columns import RANGES, WORDS, Asked, column_of, known
from dangol.records.customers.models import BulkChange, SavedView
from dangol.records.customers.saved_views import bring_back, may_change, remove_view, save_view, views_for
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.api import taking
from dangol.web.api.doors import LARGEST, Done, Number, Refused, Sent, WrongValues, opened, require, valid
from dangol.web.api.works import Work, told_of
from dangol.web.customers import bulk, bulk_tasks, listing
from dangol.web.customers.bulk_forms import FORMS
from dangol.web.customers.cells import Told
from dangol.web.customers.criteria import Criteria, may_choose, may_see, may_sort
from dangol.web.customers.list_views import ViewForm, kept, view_or_404
from dangol.web.shell.viewer import Viewer, viewer

router = Router(tags=["lists"])

TOLD = "The words of the page's address: region=II&place=마포구&equity=100000..&sort=equity&show=name,equity"


class ColumnLine(Schema):
    """A column: by what it is called in criteria, whether this key may filter and sort by it, and its words."""

    name: str
    label: str
    kind: str
    filters: bool
    sorts: bool
    words: dict[str, str]


class ListedCustomer(Schema):
    """One customer with what each column tells: numbers as numbers, money in the home's currency."""

    id: int
    told: dict[str, str | float | int | None]


class Listed(Schema):
    """A stretch of a list in its order, and how many there are in all."""

    customers: list[ListedCustomer]
    count: int


class WantedList(Sent):
    criteria: str = Field("", max_length=4_000, description=TOLD)
    start: int = Field(0, ge=0, le=LARGEST)
    limit: int = Field(50, ge=1, le=500)


class WantedValues(Sent):
    column: str = Field(max_length=100)
    criteria: str = Field("", max_length=4_000, description=TOLD)


class Values(Schema):
    """How many of those who match have each value of a column; "" of whom it is not known."""

    values: dict[str, int]


class SavedList(Schema):
    id: int
    name: str
    criteria: str
    shared: bool
    role: str
    unit: str | None
    mine: bool


class SavedLists(Schema):
    lists: list[SavedList]


class ListToSave(Sent):
    """`shared`: nobody else (empty), all, or a role; `unit`: the code of the unit whose people have it."""

    name: str = Field(min_length=1, max_length=60)
    criteria: str = Field("", max_length=4_000, description=TOLD)
    shared: str = Field("", max_length=20)
    unit: str = Field("", max_length=40)
    usual: bool = False


class Chosen(Sent):
    """Whom: those of `pick`, or everybody whom the criteria leave but those of `but`."""

    criteria: str = Field("", max_length=4_000, description=TOLD)
    pick: list[Annotated[int, Field(ge=1, le=LARGEST)]] | None = Field(None, max_length=10_000)
    but: list[Annotated[int, Field(ge=1, le=LARGEST)]] = Field([], max_length=10_000)


class ToChange(Chosen):
    """What is done to all of them: unit, line, medium, detail, role or stop, and with which value."""

    kind: str = Field(max_length=20)
    key: str = Field("", max_length=80)
    value: str = Field("", max_length=80)


class ManyChanged(Schema):
    """A change of many: how far it is, and how many were changed, were so already, or are put back."""

    id: int
    kind: str
    people: int
    at: datetime
    finished_at: datetime | None
    undone_at: datetime | None
    counts: dict[str, int]
    work: Work


class TakeList(Chosen, taking.Take):
    """The list as a file: whom, and why."""


@opened(router, "GET", "/lists/columns", May.SEE_CUSTOMERS, response=list[ColumnLine])
def list_columns(request: HttpRequest) -> list[ColumnLine]:
    """Every column there is for this key."""
    mine, asked = viewer(request), Asked(clock.as_of())
    return [
        ColumnLine(
            name=one.name, label=str(one.label), kind=one.kind.value,
            filters=may_choose(one, mine) and one.kind in WORDS | RANGES, sorts=may_sort(one, mine),
            words={str(code): str(word) for code, word in one.words().items()},
        )
        for one in known(asked).values() if may_see(one, mine)
    ]  # fmt: skip


@opened(router, "GET", "/lists/rows", May.SEE_CUSTOMERS, response=Listed, personal=True)
def list_rows(request: HttpRequest, wanted: Query[WantedList]) -> Listed:
    """A stretch of a list, with its columns, in its order."""
    mine, asked = viewer(request), Asked(clock.as_of())
    criteria = _criteria(wanted.criteria, mine, asked)
    found = listing.selected(criteria, mine, asked)
    count, ids = found.stretch(wanted.start, wanted.limit)
    names = [name for one in criteria.shown(mine) for name in _plain(one)]
    told = [Told.of(column, ids, asked) for name in names if (column := column_of(name, asked)) is not None]
    here = set(mine.customers.filter(pk__in=ids).values_list("pk", flat=True))
    mine.saw(here)
    rows = [
        ListedCustomer(id=pk, told={one.column.name: one.plain(pk, mine) for one in told}) for pk in ids if pk in here
    ]
    return Listed(customers=rows, count=count)


@opened(router, "GET", "/lists/values", May.SEE_CUSTOMERS, response=Values)
def list_values(request: HttpRequest, wanted: Query[WantedValues]) -> Values:
    """How many of those who match have each value of a column."""
    mine, asked = viewer(request), Asked(clock.as_of())
    column = column_of(wanted.column, asked)
    if column is None or not may_choose(column, mine) or column.kind not in WORDS:
        raise WrongValues({"column": _("Nothing can be counted by this column.")})
    criteria = _criteria(wanted.criteria, mine, asked).without(wanted.column)
    return Values(values=listing.selected(criteria, mine, asked).words(column))


@opened(router, "GET", "/lists", May.SEE_CUSTOMERS, response=SavedLists)
def list_saved_lists(request: HttpRequest) -> SavedLists:
    """The saved lists this key has: its user's own and those shared with them."""
    user = viewer(request).user
    return SavedLists(lists=[_saved(view, viewer(request)) for view in views_for(user)])


@opened(router, "POST", "/lists", May.SEE_CUSTOMERS, response=SavedList)
def save_list(request: HttpRequest, told: ListToSave) -> SavedList:
    """Keep a list under a name."""
    return _kept(request, told, None)


@opened(router, "POST", "/lists/changes", May.ENTER_CUSTOMERS, response=ManyChanged)
def change_many(request: HttpRequest, told: ToChange) -> ManyChanged:
    """Do one thing to many customers; a few thousand at once, more beside the pages."""
    mine, asked = viewer(request), Asked(clock.as_of())
    kind = KINDS.get(told.kind)
    if kind is None:
        raise WrongValues({"kind": _("Choose one of these: %(choices)s.") % {"choices": ", ".join(KINDS)}})
    _require(kind, mine)
    form = FORMS[kind.name]({"key": told.key, "value": told.value}, mine=mine)
    valid(form)
    return _changed(bulk.begin(kind, form.told(), _chosen(told, mine, asked).ids(), mine))


@opened(router, "GET", "/lists/changes/{number}", May.ENTER_CUSTOMERS, response=ManyChanged)
def get_change_of_many(request: HttpRequest, number: Number) -> ManyChanged:
    """How a change of many stands."""
    return _changed(_change(number, viewer(request)))


@opened(router, "POST", "/lists/changes/{number}/undo", May.ENTER_CUSTOMERS, response=ManyChanged)
def undo_change_of_many(request: HttpRequest, number: Number) -> ManyChanged:
    """Put back what was there, for all of them."""
    mine = viewer(request)
    change = _change(number, mine)
    _require(KINDS[change.kind], mine)
    return _changed(bulk.undone(change, mine))


@opened(router, "POST", "/lists/file", May.EXPORT, response=str, personal=True, file=True)
def take_list(request: HttpRequest, told: TakeList) -> HttpResponseBase:
    """A list as a file, with a reason."""
    mine, asked = viewer(request), Asked(clock.as_of())
    criteria = _criteria(told.criteria, mine, asked)
    return bulk.taken(request, taking.form(told), criteria, _chosen(told, mine, asked), asked)


@opened(router, "PUT", "/lists/{number}", May.SEE_CUSTOMERS, response=SavedList)
def change_list(request: HttpRequest, number: Number, told: ListToSave) -> SavedList:
    """Change a saved list."""
    return _kept(request, told, view_or_404(number, viewer(request)))


@opened(router, "DELETE", "/lists/{number}", May.SEE_CUSTOMERS, response=Done)
def remove_list(request: HttpRequest, number: Number) -> Done:
    """Take a saved list away; it can be brought back."""
    mine = viewer(request)
    remove_view(view_or_404(number, mine), by=mine.user, at=clock.now())
    return Done()


@opened(router, "POST", "/lists/{number}/back", May.SEE_CUSTOMERS, response=SavedList)
def bring_list_back(request: HttpRequest, number: Number) -> SavedList:
    """Bring a saved list back."""
    mine = viewer(request)
    view = get_object_or_404(SavedView, pk=number)
    bring_back(view, by=mine.user)
    return _saved(view, mine)


def _require(kind: Kind, mine: Viewer) -> None:
    """Raise what is refused of somebody who may not do this to many."""
    if kind not in bulk.offered(mine):
        require(mine, kind.may)
        raise WrongValues({"kind": _("This takes a key that sees all customers.")})


def _change(number: int, mine: Viewer) -> BulkChange:
    """A change this key's user made; whoever sees all customers sees all changes. Raises Refused."""
    change = get_object_or_404(BulkChange, pk=number)
    if not (mine.scope.whole or change.by_id == mine.user.pk):
        mine.note(Verb.REFUSED, subjects=())
        raise Refused(_("This change was made by somebody else."))
    return change


def _criteria(told: str, mine: Viewer, asked: Asked) -> Criteria:
    return Criteria.read(QueryDict(told.removeprefix("?")), mine, asked)


def _chosen(told: Chosen, mine: Viewer, asked: Asked) -> Any:
    only = None if told.pick is None else frozenset(told.pick)
    return bulk.chosen_of(_criteria(told.criteria, mine, asked), mine, asked, only=only, but=frozenset(told.but))


def _plain(name: str) -> tuple[str, ...]:
    return ("customer_value", "customer_equity") if name == "balance" else (name,)


def _kept(request: HttpRequest, told: ListToSave, view: SavedView | None) -> SavedList:
    mine, asked = viewer(request), Asked(clock.as_of())
    form = ViewForm(told.model_dump(exclude={"criteria"}), mine=mine)
    valid(form)
    query = kept(_criteria(told.criteria, mine, asked))
    made = save_view(form.cleaned_data["name"], query, by=mine.user, at=clock.now(), view=view, **form.told())
    return _saved(made, mine)


def _saved(view: SavedView, mine: Viewer) -> SavedList:
    return SavedList(
        id=view.pk, name=view.name, criteria=view.query, shared=view.shared, role=view.role,
        unit=view.unit.code if view.unit else None, mine=may_change(view, mine.user),
    )  # fmt: skip


def _changed(change: BulkChange) -> ManyChanged:
    return ManyChanged(
        id=change.pk, kind=change.kind, people=change.people, at=change.at, finished_at=change.finished_at,
        undone_at=change.undone_at, counts=bulk_changes.counted(change), work=told_of(bulk_tasks.key_of(change)),
    )  # fmt: skip
