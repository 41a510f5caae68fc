"""From a customer's card: sending the person the way to one of their pages, or handing it over at the counter."""

from __future__ import annotations

import io
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from dangol.lib.languages import speaks
from dangol.records.customers import own_pages
from dangol.records.customers.models import Customer
from dangol.records.customers.own_pages import CONSENT, DATA, WISHES, OwnPage
from dangol.records.permission.asking import INFORMATIONAL, SERVICE
from dangol.records.permission.preferences import language_of
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.customers.seen import person_or_404
from dangol.web.public import sending
from dangol.web.public.pages import HANDED_OUT, LANGUAGES, is_reachable
from dangol.web.shell.gate import needs
from dangol.web.shell.toasts import toast
from dangol.web.shell.viewer import Viewer, viewer


@dataclass(frozen=True)
class Offer:
    """One page that a link can lead to, and what lets somebody of the staff give it away."""

    page: OwnPage
    name: str | Promise
    told: str | Promise
    may: May
    kind: str  # of the message


OFFERS = (
    Offer(
        CONSENT, gettext_lazy("Consent form"), gettext_lazy("The texts with their boxes; good for 30 days."),
        May.KEEP_CONSENT, INFORMATIONAL,
    ),
    Offer(
        WISHES, gettext_lazy("Preferences"), gettext_lazy("Channels, topics, how often; good for 180 days."),
        May.KEEP_CONSENT, INFORMATIONAL,
    ),
    Offer(
        DATA, gettext_lazy("Their data"),
        gettext_lazy("See, correct, take along, erase; a code makes sure who it is. Good for 24 hours."),
        May.ANSWER_REQUESTS, SERVICE,
    ),
)  # fmt: skip


@never_cache
@needs(May.KEEP_CONSENT, personal=True)
@require_http_methods(["GET", "HEAD", "POST"])
def customer_link(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Choose the page; then send its link, or show it to be copied and photographed at the counter."""
    person, mine = person_or_404(request, customer_id), viewer(request)
    offers = [offer for offer in OFFERS if mine.may(offer.may)]
    chosen = next((one for one in offers if one.page.purpose == request.POST.get("page")), None)
    context = {
        "customer": person, "offers": offers, "reachable": is_reachable(), "chosen": chosen,
        "roads": {offer.page.purpose: sending.roads(person, kind=offer.kind) for offer in offers},
    }  # fmt: skip
    if request.method == "POST" and chosen is not None:
        link = own_pages.link_to(chosen.page, person, at=clock.now(), word=_word(request, mine))
        if "send" not in request.POST:
            _handed_out(mine, chosen, person.pk)
            return render(request, "public/handing_out.html", {**context, "link": link, "picture": picture(link)})
        if (problem := _sent(request, mine, chosen, person, link)) is None:
            toast(request, _("The link is on its way."))
            return redirect("customer", person.pk)
        return render(request, "public/handing_out.html", {**context, "problem": problem}, status=422)
    return render(request, "public/handing_out.html", context)


def picture(link: str) -> SafeString:
    """The link as a picture for a phone's camera: drawn by shapes alone, as the security policy wants it."""
    import qrcode
    from qrcode.image.svg import SvgPathImage

    drawn = io.BytesIO()
    qrcode.make(link, image_factory=SvgPathImage, border=3).save(drawn)
    told = drawn.getvalue().decode().partition("?>")[2]
    return mark_safe(told)  # noqa: S308 -- made of our own link by shapes alone


def _word(request: HttpRequest, mine: Viewer) -> str:
    """What a link given to a member of staff says of itself: answers by it tell through whose hands it went."""
    return "" if "send" in request.POST else f"{HANDED_OUT}{mine.user.pk}"


def _sent(request: HttpRequest, mine: Viewer, offer: Offer, person: Customer, link: str) -> str | None:
    """Send it; the reason where that may not or cannot be."""
    road = next((one for one in sending.roads(person, kind=offer.kind) if one.name == request.POST["send"]), None)
    if road is None:
        return _("No message may go to this customer that way. Hand the link over at the counter.")
    if offer.page == CONSENT and not sending.may_be_invited(person, road):
        return _("This customer refused advertising, so asking again by message would be advertising. Ask in person.")

    with translation.override(language if (language := language_of(person)) in LANGUAGES else speaks()):
        body = sending.words_of(offer.page, link)
    if not sending.send(person, road, subject="", body=body, kind=offer.kind, at=clock.as_of()):
        return _("This customer has no number of any source, so no message can be put down to them.")
    _handed_out(mine, offer, person.pk)
    return None


def _handed_out(mine: Viewer, offer: Offer, customer_id: int) -> None:
    mine.note(Verb.GRANTED, reason=f"link: {offer.page.purpose}", subjects=[customer_id])
