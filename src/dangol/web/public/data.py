"""The way to one's own data: asking for a link, and making sure who asks before anything is shown."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dangol.lib.languages import speaks
from dangol.records.customers.own_pages import DATA, WISHES
from dangol.records.permission.models import Purpose
from dangol.records.permission.standing import standing
from dangol.records.rights import queries
from dangol.records.rights.due_dates import day_of
from dangol.records.staff.scope import WHOLE
from dangol.web.customers.deliveries import on_their_way
from dangol.web.customers.usual_goods import usual_goods
from dangol.web.public import demands, finding, identity, limits, sending
from dangol.web.public.identity import SEE, Sure, WrongCode
from dangol.web.public.pages import Visitor, go, open_page, own_page, show
from dangol.web.shell.door import place_of
from dangol.web.shell.proxy import network_of

type SureView = Callable[..., HttpResponseBase]
ASKED_FOR = (DATA, WISHES)  # pages whose link anybody can ask for


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def own_start(request: HttpRequest) -> HttpResponse:
    """Ask for a link: the answer is the same whether we know the person or not."""
    if request.method != "POST":
        return show(request, "start", {"sent": "sent" in request.GET, "page": _page(request.GET.get("page"))})
    told, page = request.POST.get("who", "").strip(), _page(request.POST.get("page"))
    if not told:
        problem = _("Write your phone number, e-mail address or member number.")
        return show(request, "start", {"problem": problem, "page": page}, status=422)
    limits.take("asked_from", network_of(place_of(request)))
    found = [pk for pk in finding.people(told) if limits.count("asked_about", pk) <= limits.LIMITS["asked_about"].most]
    sending.send_links.enqueue(found, page, speaks())
    return go(request, "own_start", sent=1, page=page)


@own_page(DATA)
@require_safe
def own_data(request: HttpRequest, me: Visitor) -> HttpResponse:
    """What can be done; what shows anything of the person only once it was made sure who asks."""
    sure = identity.sure_of(request, me)
    coming = on_their_way(me.customer.pk) if sure else []
    usual = usual_goods(me.customer.pk) if sure else []
    return show(request, "data", {**_code(me), **overview(me, sure), "deliveries": coming, "usual": usual})


@own_page(DATA)
@require_POST
def own_code(request: HttpRequest, me: Visitor) -> HttpResponse:
    """Have a code sent, or write it."""
    if "code" not in request.POST:
        road = chosen_road(me, request)
        if road is not None:
            identity.send_code(me, road, what=SEE)
        return go(request, "own_data", me.token)
    try:
        sure = identity.check(me, request.POST["code"], what=SEE)
    except WrongCode as problem:
        return show(request, "data", {**_code(me), **overview(me, None), "problem": problem}, status=422)
    response = go(request, "own_data", me.token)
    identity.remember(request, response, me, sure)
    return response


@own_page(DATA)
@require_POST
def own_close(request: HttpRequest, me: Visitor) -> HttpResponse:
    """Whoever sits here is done."""
    response = go(request, "own_data", me.token)
    identity.close(request, response)
    return response


def for_sure(view: SureView) -> SureView:
    """Only once it was made sure who asks; else the page that does so."""

    @wraps(view)
    def answer(request: HttpRequest, me: Visitor, *args: Any, **told: Any) -> HttpResponseBase:
        sure = identity.sure_of(request, me)
        return view(request, me, sure, *args, **told) if sure else go(request, "own_data", me.token)

    return answer


def overview(me: Visitor, sure: Sure | None) -> dict[str, Any]:
    """What every page behind the link knows: whether it is open, what stands, which demands wait."""
    waiting = queries.still_open(queries.requests(WHOLE)).filter(customer=me.customer) if sure else []
    objected = standing(me.customer, purposes=[Purpose.AUTOMATED]).last(Purpose.AUTOMATED) if sure else None
    return {
        "me": me, "sure": sure, "waiting": [queries.standing(one, on=day_of(me.at)) for one in waiting],
        "stopped": demands.stopped(me) if sure else None,
        "objected": objected if objected is not None and not objected.granted else None,
    }  # fmt: skip


def chosen_road(me: Visitor, request: HttpRequest) -> sending.Road | None:
    """The way the form names, else the first there is."""
    found = sending.roads(me.customer)
    return next((road for road in found if road.name == request.POST.get("road")), found[0] if found else None)


def _code(me: Visitor) -> dict[str, Any]:
    return {"roads": sending.roads(me.customer), "waits": identity.waits(me, what=SEE)}


def _page(name: str | None) -> str:
    return name if name in {page.purpose for page in ASKED_FOR} else DATA.purpose
