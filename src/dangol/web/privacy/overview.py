"""The page Privacy: the way to each topic that the viewer may open."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from dangol.records.staff.roles import May
from dangol.web.shell.frame import address_of
from dangol.web.shell.gate import needs
from dangol.web.shell.viewer import viewer


@dataclass(frozen=True)
class Topic:
    """One page of Privacy: its address by name, what it is called, what it tells, and what opens it."""

    url_name: str
    title: str | Promise
    told: str | Promise
    icon: str
    may: May
    whole: bool = False


# A topic is one line here and one file of views beside this one.
TOPICS: tuple[Topic, ...] = (
    Topic(
        "consent_texts",
        _("Consent texts"),
        _("What people are asked to agree to, in versions, and who is to be asked again."),
        "book",
        May.KEEP_CONSENT,
        whole=True,
    ),
    Topic(
        "permission_rules",
        _("Rules of sending"),
        _("Who may be sent what, and by which law: with dates and sources."),
        "check",
        May.SEE_CUSTOMERS,
    ),
    Topic(
        "privacy_requests",
        _("Requests"),
        _("What people demand: to see, correct, stop, be forgotten. By when."),
        "mail",
        May.ANSWER_REQUESTS,
    ),
    Topic(
        "privacy_destructions",
        _("Destruction ledger"),
        _("Who was forgotten and what ran out, in numbers alone."),
        "book",
        May.SEE_INVENTORY,
        whole=True,
    ),
    Topic(
        "privacy_inventory",
        _("Data inventory"),
        _("What we keep, why, how long, what nobody uses and what is missing."),
        "seg",
        May.SEE_INVENTORY,
        whole=True,
    ),
    Topic(
        "privacy_partners",
        _("Data from partners"),
        _("What others told us, on which ground; and the end of an alliance."),
        "in",
        May.SEE_INVENTORY,
        whole=True,
    ),
    Topic(
        "privacy_notice",
        _("Privacy notice"),
        _("The same as a page to print and hand to a lawyer."),
        "out",
        May.SEE_INVENTORY,
        whole=True,
    ),
    Topic(
        "own_notice",
        _("What customers see"),
        _("The notice as it is open to everybody; from there the way to their own pages."),
        "people",
        May.KEEP_CONSENT,
    ),
    Topic(
        "sign_up_form",
        _("Sign-up form"),
        _("Whether people can sign up by themselves, and what they are asked."),
        "person",
        May.CHANGE_SETTINGS,
        whole=True,
    ),
    Topic(
        "privacy_retention",
        _("How long we keep things"),
        _("Terms, what is due now, and what went."),
        "clock",
        May.SEE_INVENTORY,
        whole=True,
    ),
    Topic(
        "privacy_hold",
        _("Legal hold"),
        _("What a law makes us keep of people who were forgotten."),
        "box",
        May.SEE_LEGAL_HOLD,
        whole=True,
    ),
    Topic(
        "access_log",
        _("Access log"),
        _("Who saw, changed or took whose data, when and from where."),
        "find",
        May.SEE_ACCESS_LOG,
        whole=True,
    ),
    Topic(
        "access_reviews",
        _("Monthly review"),
        _("What stands out of a month of the access log, and who signed it."),
        "check",
        May.REVIEW_ACCESS,
        whole=True,
    ),
    Topic(
        "breaches",
        _("Breach workspace"),
        _("When data leak: whom to tell what by when."),
        "warn",
        May.HANDLE_BREACH,
        whole=True,
    ),
)


@needs(None)
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """The topics there are for this viewer."""
    mine = viewer(request)
    topics = [
        (topic, url)
        for topic in TOPICS
        if mine.may(topic.may) and (mine.scope.whole or not topic.whole) and (url := address_of(topic.url_name))
    ]
    return render(request, "privacy/privacy.html", {"topics": topics})
