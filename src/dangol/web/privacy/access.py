"""The pages Access log: who saw, took or changed whose data, when and from where. Reading it stands in it too."""

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from dangol.records.staff.access import queries
from dangol.records.staff.access.entries import WORDS, packed
from dangol.records.staff.access.queries import Wanted
from dangol.records.staff.roles import May
from dangol.web.privacy import access_words
from dangol.web.privacy.access_filter import BEHALVES, Filter
from dangol.web.shell import taking_away
from dangol.web.shell.gate import needs
from dangol.web.shell.viewer import viewer

NAMED = 300  # people of one entry told by name
CELL = 30_000  # letters that a cell of a workbook holds


@needs(May.SEE_ACCESS_LOG, whole=True, personal=True)
@require_safe
def access_log(request: HttpRequest) -> HttpResponse:
    """The newest entries that fit, a page at a time."""
    mine, chosen = viewer(request), Filter.read(request.GET.dict())
    lines = queries.lines(
        chosen.wanted(mine.customers, in_part=not mine.knows_people), before=chosen.place, limit=queries.SHOWN + 1
    )
    shown, further = lines[: queries.SHOWN], len(lines) > queries.SHOWN
    mine.saw(one for line in shown for one in line.entry.subjects)
    context = {
        "rows": access_words.rows(shown, mine),
        "chosen": chosen,
        "person": chosen.person(),
        "users": sorted(queries.users_named().items(), key=lambda user: user[1]),
        "verbs": {verb.value: words for verb, words in WORDS.items()},
        "behalves": BEHALVES,
        "further": "{}-{}".format(*shown[-1].place) if further else "",
    }
    return render(request, "privacy/access_log.html", context)


@needs(May.SEE_ACCESS_LOG, whole=True, personal=True)
@require_safe
def access_entry(request: HttpRequest, number: int) -> HttpResponse:
    """One entry with everybody it is about."""
    mine, entry = viewer(request), queries.entry(number)
    if entry is None:
        raise Http404(number)
    some = entry.subjects[:NAMED]
    mine.saw(some)
    context = {
        "entry": entry,
        "verb": access_words.verb_words(entry.verb),
        "page": access_words.page_words(entry.page),
        "role": access_words.role_words(entry.role),
        "behalf": access_words.behalf_words(entry.reason),
        "reason": access_words.reason_words(entry.reason),
        "people": access_words.named(some, mine),
        "number": len(entry.subjects),
        "further": len(entry.subjects) - len(some),
    }
    return render(request, "privacy/access_entry.html", context)


@needs(May.SEE_ACCESS_LOG, whole=True, personal=True)
def access_file(request: HttpRequest) -> HttpResponseBase:
    """The entries that fit as a file, with a reason."""
    mine, chosen = viewer(request), Filter.read(request.GET.dict())
    wanted, form = chosen.wanted(mine.customers, in_part=not mine.knows_people), taking_away.form(request)
    people = queries.people_seen(wanted)
    if form is None or not form.is_valid():
        return taking_away.page(request, form, what=_("Access log"), people=len(people))
    return listed(request, wanted, form)


def listed(request: HttpRequest, wanted: Wanted, form: taking_away.TakeForm) -> HttpResponseBase:
    """The entries that fit as a file, once it was said what for."""
    columns = [
        pgettext("column", "When"), _("Who"), _("Role"), pgettext("column", "What"), _("Page of the program"),
        _("People"), _("Customer numbers"), _("On behalf of"), _("From where"), _("Asked for"), _("Reason"),
    ]  # fmt: skip
    return taking_away.file(
        request, form, name="access-log", columns=columns, rows=_told(wanted),
        subjects=queries.people_seen(wanted),
    )  # fmt: skip


def _told(wanted: Wanted) -> Iterator[tuple[Any, ...]]:
    for line in queries.every_line(wanted):
        entry = line.entry
        yield (
            localtime(entry.at).strftime("%Y-%m-%d %H:%M:%S"), entry.user, access_words.role_words(entry.role),
            access_words.verb_words(entry.verb), access_words.page_words(entry.page), line.people,
            packed(entry.subjects)[:CELL], access_words.behalf_words(entry.reason), entry.place, entry.query,
            access_words.reason_words(entry.reason),
        )  # fmt: skip
