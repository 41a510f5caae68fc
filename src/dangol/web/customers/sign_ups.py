"""Who signed up by themselves: taking them in, beside whoever has the number already; turning them away."""

from collections.abc import Callable, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from dangol.contact.intake import joining, signing_up
from dangol.contact.intake.models import SignUp, SignUpStep
from dangol.lib.errors import DangolError
from dangol.records.customers import masking
from dangol.records.customers.actions import AlreadyHere
from dangol.records.customers.entering import Details, details_of
from dangol.records.customers.models import Customer
from dangol.records.customers.own_columns import MEDIA
from dangol.records.permission.reasons import MEDIA as WAYS
from dangol.records.rights.keeping_rules import term
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.queries import EntryClosed, is_entry_closed, refuse_closed_entry
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.shell.gate import needs
from dangol.web.shell.toasts import toast
from dangol.web.shell.viewer import Viewer, viewer

SHOWN = 100
DELETED = "deleted"
ANOTHER = "new"  # what is sent for somebody who is none of those with the number
CHECKS = {
    "": gettext_lazy("I have not checked"), "phone": gettext_lazy("I called the number"),
    "counter": gettext_lazy("They stood before me"),
}  # fmt: skip
SURE = CHECKS.keys() - {""}
State = SignUpStep.State
DECISIONS: dict[str, Callable[..., None]] = {
    State.TURNED_AWAY: signing_up.turn_away, State.BACK: signing_up.bring_back, DELETED: signing_up.delete,
}  # fmt: skip
SHOWS = {"waiting": signing_up.waiting, "taken": signing_up.taken_in, "turned": signing_up.turned_away}


@needs(May.ENTER_CUSTOMERS, personal=True)
@require_safe
@never_cache
def sign_ups(request: HttpRequest) -> HttpResponse:
    """Those who wait, the latest first, a page at a time; with ?show=taken or turned what became of the others."""
    mine, show, told = viewer(request), request.GET.get("show", ""), request.GET.get("before", "")
    show = show if show in SHOWS else "waiting"
    before = int(told) if told.isascii() and told.isdigit() and len(told) < 19 else 0
    rows = listed(mine, show, before=before, most=SHOWN + 1)
    shown = rows[:SHOWN]
    looked(mine, shown)
    context = {
        "rows": [(one, masked(one), how_they_came(one)) for one in shown], "before": before,
        "further": shown[-1].pk if len(rows) > SHOWN else 0, "closed": closed(mine) if show != "taken" else "",
        "show": show, "open": joining.open_door() is not None, "days": term("sign_ups", clock.today()),
        "may_open": mine.may(May.CHANGE_SETTINGS) and mine.scope.whole,
    }  # fmt: skip
    return render(request, "customers/sign_ups.html", context)


@needs(May.ENTER_CUSTOMERS, personal=True)
@require_safe
@never_cache
def sign_up(request: HttpRequest, sign_up_id: int) -> HttpResponse:
    """One of them, side by side with whoever has the number or address already."""
    return _page(request, sign_up_or_404(request, sign_up_id))


@require_POST
@needs(May.ENTER_CUSTOMERS, personal=True)
def sign_up_take_in(request: HttpRequest, sign_up_id: int) -> HttpResponse:
    """Make a customer of it, or add what was agreed to to the one it is."""
    one, mine, who = sign_up_or_404(request, sign_up_id), viewer(request), request.POST.get("who", "")
    known = mine.customers.filter(pk=int(who)).first() if who.isascii() and who.isdigit() and len(who) < 19 else None
    try:
        if who not in ("", ANOTHER) and known is None:
            raise signing_up.NotThem(_("Choose who it is."))
        made = signing_up.take_in(
            one, who=known, another=who == ANOTHER, checked=request.POST.get("checked", ""), among=mine.customers,
            by=mine.user, at=clock.now(),
        )  # fmt: skip
    except AlreadyHere:
        return _page(request, one, problem=_("Somebody has this number already. Look who it is, then choose."))
    except DangolError as problem:
        return _page(request, one, problem=str(problem))
    decided(mine, one, State.TAKEN_IN, subjects=[made.pk])
    words = _("What they agreed to is added to %(name)s.") if known else _("%(name)s is entered.")
    if request.POST.get("checked", "") not in SURE and _agreed_further(one):
        words = _("%(name)s is taken in. Advertising they agreed to was left out: nobody checked the number.")
    toast(request, words % {"name": mine.name(made)})
    return redirect("customer", made.pk)


@require_POST
@needs(May.ENTER_CUSTOMERS, personal=True)
def sign_up_turn_away(request: HttpRequest, sign_up_id: int) -> HttpResponse:
    """Leave it out, until it is brought back or its term ends."""
    back = reverse("sign_up_back", args=[sign_up_id])
    return _decided(request, sign_up_id, State.TURNED_AWAY, words=_("Turned away."), undo=back)


@require_POST
@needs(May.ENTER_CUSTOMERS, personal=True)
def sign_up_back(request: HttpRequest, sign_up_id: int) -> HttpResponse:
    """Let one that was turned away wait again."""
    return _decided(request, sign_up_id, State.BACK, words=_("It waits again."))


@require_POST
@needs(May.ENTER_CUSTOMERS, personal=True)
def sign_up_delete(request: HttpRequest, sign_up_id: int) -> HttpResponse:
    """Delete it at once, because whoever sent it asked for it."""
    return _decided(request, sign_up_id, DELETED, words=_("Deleted."))


def decide(mine: Viewer, one: SignUp, what: str) -> None:
    """Turn it away, let it wait again or delete it, and write so into the access log. Raises Decided, EntryClosed."""
    DECISIONS[what](one, by=mine.user, at=clock.now())
    decided(mine, one, what)


def listed(mine: Viewer, show: str, *, before: int = 0, most: int = SHOWN) -> list[SignUp]:
    """Those of one kind that the viewer sees, the latest first, from before a number on.

    A dealer whose entry is closed sees nobody who is no customer yet.
    """
    if show != "taken" and is_entry_closed(mine.user, on=clock.today()):
        return []
    rows = SHOWS[show](mine.scope)
    return list((rows.filter(pk__lt=before) if before else rows)[:most])


def looked(mine: Viewer, rows: Sequence[SignUp], *, people: Sequence[Customer] = ()) -> None:
    """Write into the access log whose sign-ups were looked at: by the receipt, as long as they are no customer."""
    mine.saw([*(person.pk for person in people), *(one.customer_id for one in rows if one.customer_id)])
    if receipts := [one.receipt for one in rows if one.customer_id is None]:
        mine.note(Verb.SAW, reason=_("Sign-up %(receipt)s") % {"receipt": ", ".join(receipts)})


def decided(mine: Viewer, one: SignUp, what: str, *, subjects: Sequence[int] = ()) -> None:
    """Write into the access log what somebody decided about a sign-up."""
    words = {
        State.TAKEN_IN.value: _("Sign-up %(receipt)s taken in"), State.BACK.value: _("Sign-up %(receipt)s waits again"),
        State.TURNED_AWAY.value: _("Sign-up %(receipt)s turned away"), DELETED: _("Sign-up %(receipt)s deleted"),
    }  # fmt: skip
    mine.note(Verb.CHANGED, subjects=subjects, reason=words[what] % {"receipt": one.receipt})


def sign_up_or_404(request: HttpRequest, sign_up_id: int) -> SignUp:
    """The sign-up, if the viewer sees it; trying another leaves a trace."""
    mine = viewer(request)
    seen = SignUp.objects.seen_by(mine.scope).select_related("unit", "customer")
    if is_entry_closed(mine.user, on=clock.today()):
        seen = seen.filter(customer__isnull=False)
    found: SignUp | None = seen.filter(pk=sign_up_id).first()
    if found is None:
        mine.note(Verb.REFUSED, subjects=())
        raise Http404(sign_up_id)
    mine.saw([found.customer_id] if found.customer_id else [])
    return found


def closed(mine: Viewer) -> str:
    """Why the viewer may enter nobody; "" where they may."""
    try:
        refuse_closed_entry(mine.user, on=clock.today())
    except EntryClosed as problem:
        return str(problem)
    return ""


def reached(mine: Viewer, one: SignUp) -> list[str]:
    """Number and address, as the viewer sees them."""
    told = (("mobile", one.mobile), ("email", one.email))
    return [mine.contact(kind, value) for kind, value in told if value]


def masked(one: SignUp) -> list[str]:
    """The same as much of it as tells one from another: the list shows no more than it needs."""
    told = (("mobile", one.mobile), ("email", one.email))
    return [masking.contact(kind, value) for kind, value in told if value]


def how_they_came(one: SignUp) -> str:
    """By which medium, campaign and shop, in words."""
    told = (str(MEDIA.get(one.medium, one.medium)), one.came_by, str(one.unit or ""))
    return " · ".join(word for word in told if word)


def medium(code: str) -> str:
    """The medium an answer is about, in words; "" for one that is not asked by medium."""
    return str(WAYS.get(code, code)) if code else ""


def _agreed_further(one: SignUp) -> bool:
    """Whether they agreed to more than membership needs."""
    return any(said.granted and not said.text.required for said in signing_up.answers_of(one))


def _decided(request: HttpRequest, sign_up_id: int, what: str, *, words: str, undo: str = "") -> HttpResponse:
    one = sign_up_or_404(request, sign_up_id)
    try:
        decide(viewer(request), one, what)
    except DangolError as problem:
        return _page(request, one, problem=str(problem))
    toast(request, words, undo=undo)
    return redirect("sign_up", sign_up_id) if what == State.BACK else redirect("sign_ups")


def _page(request: HttpRequest, one: SignUp, *, problem: str = "") -> HttpResponse:
    mine, state = viewer(request), signing_up.state_of(one)
    waits = state in ("", State.BACK)
    people = signing_up.alike(one, among=mine.customers) if waits else []
    looked(mine, [one], people=people)
    said = signing_up.answers_of(one)
    context: dict[str, Any] = {
        "one": one, "state": state, "waits": waits, "closed": closed(mine), "problem": problem, "people": people,
        "lines": _lines(mine, one, people), "reached": reached(mine, one), "came": how_they_came(one),
        "days": term("sign_ups", clock.today()),
        "another": ANOTHER, "checks": CHECKS.items(), "answers": [(answer, medium(answer.channel)) for answer in said],
        "steps": one.steps.select_related("by").order_by("pk"),
    }  # fmt: skip
    return render(request, "customers/sign_up.html", context, status=422 if problem else 200)


def _lines(mine: Viewer, one: SignUp, people: Sequence[Customer]) -> list[tuple[str, str, list[str]]]:
    """What was written beside what is on record of each: what it is, and both in words."""
    known = [details_of(person) for person in people]
    told = signing_up.details_of(one)
    rows: tuple[tuple[str, Callable[[Details], str]], ...] = (
        (_("Name"), lambda of: mine.name_text(of.full_name)),
        (_("Mobile"), lambda of: mine.contact("mobile", of.mobile) if of.mobile else ""),
        (_("E-mail"), lambda of: mine.contact("email", of.email) if of.email else ""),
        (_("Birth date"), lambda of: date_format(of.birth_date, "DATE_FORMAT") if of.birth_date else ""),
        (_("Postcode"), lambda of: of.postcode),
    )
    lines = [(label, said(told), [said(of) for of in known]) for label, said in rows]
    lines.append((_("Whose customer"), str(one.unit or ""), [str(person.unit or "") for person in people]))
    registered = [date_format(localtime(person.registered_at), "DATE_FORMAT") for person in people]
    return [*lines, (_("Registered on"), date_format(localtime(one.at), "DATE_FORMAT"), registered)]
