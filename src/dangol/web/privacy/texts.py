"""Consent texts: what is asked for now, drafts, new versions, and who is to be asked again; and the rules we go by."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dangol.lib.errors import DangolError
from dangol.records.permission import notices, texts
from dangol.records.permission.models import Consent, ConsentText, Purpose
from dangol.records.permission.policy import home_pack
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.privacy.text_list import lines, rules
from dangol.web.shell.gate import needs
from dangol.web.shell.toasts import toast
from dangol.web.shell.viewer import viewer

LONGEST = 2_000


class TextForm(forms.Form):
    """One draft; a part may be left open until it is published."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    recipient = forms.CharField(
        required=False, max_length=120,
        help_text=gettext_lazy("Their name, as the customer knows it; abroad, also the country and how to reach them."),
    )  # fmt: skip
    aim = forms.CharField(required=False, max_length=LONGEST, widget=forms.Textarea)
    items = forms.CharField(required=False, max_length=LONGEST, widget=forms.Textarea)
    retention = forms.CharField(required=False, max_length=LONGEST, widget=forms.Textarea)
    refusal = forms.CharField(required=False, max_length=LONGEST, widget=forms.Textarea)

    def __init__(self, *args: Any, purpose: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in {**texts.PARTS, "recipient": texts.RECIPIENT}.items():
            self.fields[name].label = str(label)
        if purpose not in texts.GOES_ELSEWHERE:
            del self.fields["recipient"]
        self.fields["title"].error_messages["required"] = _("Give the text a title.")
        for field in self.fields.values():
            area = isinstance(field.widget, forms.Textarea)
            field.widget.attrs |= {"class": "input area", "rows": 3} if area else {"class": "input"}


@needs(May.KEEP_CONSENT, whole=True)
@require_safe
def consent_texts(request: HttpRequest) -> HttpResponse:
    """Every text in use and every draft, with how many agreed to it and how many are to be asked again."""
    texts.ensure_texts(at=clock.now())
    at = clock.now()
    pack = home_pack(at)
    context = {
        "lines": lines(),
        "receipts": notices.receipts_due(pack, at).count(),
        "missed": notices.receipts_missed(pack, at).count(),
        "reminders": notices.reminders_due(pack, at).count(),
        "runs": clock.runs(),
        "pack": pack,
    }
    return render(request, "privacy/texts.html", context)


@needs(May.KEEP_CONSENT, whole=True)
@require_safe
def consent_text(request: HttpRequest, text_id: int) -> HttpResponse:
    """One version as it is shown, and the versions before and after it."""
    return _shown(request, get_object_or_404(ConsentText, pk=text_id))


def _shown(request: HttpRequest, text: ConsentText, *, problem: str = "") -> HttpResponse:
    same = ConsentText.objects.filter(purpose=text.purpose, recipient=text.recipient, language=text.language)
    context = {
        "text": text,
        "parts": texts.parts_of(text),
        "versions": same.order_by("-version"),
        "agreed": Consent.objects.filter(text=text, granted=True).count(),
        "again": texts.to_be_asked_again(text).count() if text.published_at else 0,
        "problem": problem,
    }
    return render(request, "privacy/text.html", context, status=422 if problem else 200)


@needs(May.KEEP_CONSENT, whole=True)
@require_http_methods(["GET", "HEAD", "POST"])
def consent_text_write(request: HttpRequest, purpose: str, language: str) -> HttpResponse:
    """Write a new version of a text, beginning with the one in use."""
    recipient = request.GET.get("recipient", "")
    before = texts.beginning(purpose, language=language, recipient=recipient)
    form = TextForm(request.POST or None, purpose=purpose, initial=before)
    if request.method == "POST" and form.is_valid():
        told = {"recipient": recipient, **form.cleaned_data}
        try:
            made = texts.write_text(purpose=purpose, language=language, by=viewer(request).user, at=clock.now(), **told)
        except DangolError as problem:
            form.add_error(None, str(problem))
        else:
            toast(request, _("The draft is kept. Nobody sees it before it is published."))
            return redirect("consent_text", made.pk)
    known = purpose in Purpose.values
    context = {"form": form, "purpose": Purpose(purpose).label if known else purpose, "language": language}
    return render(request, "privacy/text_write.html", context, status=422 if form.errors else 200)


@require_POST
@needs(May.KEEP_CONSENT, whole=True)
def consent_text_publish(request: HttpRequest, text_id: int) -> HttpResponse:
    """Show this version from now on, for good."""
    text = get_object_or_404(ConsentText, pk=text_id)
    try:
        texts.publish_text(text, by=viewer(request).user, at=clock.now())
    except DangolError as problem:
        return _shown(request, text, problem=str(problem))
    toast(request, _("The text is published and stays as it is."))
    return redirect("consent_texts")


@require_POST
@needs(May.KEEP_CONSENT, whole=True)
def consent_text_discard(request: HttpRequest, text_id: int) -> HttpResponse:
    """Throw a draft away."""
    if texts.discard_draft(get_object_or_404(ConsentText, pk=text_id)):
        toast(request, _("The draft is gone."))
    return redirect("consent_texts")


@needs(May.SEE_CUSTOMERS)
@require_safe
def permission_rules(request: HttpRequest) -> HttpResponse:
    """The rules by which it is decided who may be sent what, with their dates and sources."""
    return render(request, "privacy/rules.html", {"packs": rules(clock.home().law, today=clock.as_of())})
