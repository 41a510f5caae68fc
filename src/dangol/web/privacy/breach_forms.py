"""What is asked of whoever handles a leak."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.contact.delivery.queries import channels
from dangol.records.staff.access.entries import WORDS, Verb
from dangol.records.staff.breach.models import Decision, Finding

LARGEST = 20 * 1024 * 1024  # bytes of a list of customer numbers


class FindingForm(forms.Form):
    """What is known now."""

    standing = forms.ChoiceField(label=gettext_lazy("Is it a leak?"), choices=Finding.Standing.choices)
    intrusion = forms.BooleanField(
        label=gettext_lazy("Somebody from outside got into our systems or a device of ours"), required=False
    )
    sensitive = forms.BooleanField(
        label=gettext_lazy("Sensitive data (health, beliefs, …) or numbers given out by law are among them"),
        required=False,
    )
    items = forms.CharField(
        label=gettext_lazy("Which data?"), required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Leave empty what you do not know yet: the letter then says so."),
    )  # fmt: skip
    course = forms.CharField(
        label=gettext_lazy("When and how did it happen?"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    advice = forms.CharField(
        label=gettext_lazy("What can people do themselves?"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    measures = forms.CharField(
        label=gettext_lazy("What do you do, and how is damage made good?"), required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    contact = forms.CharField(
        label=gettext_lazy("Where can people reach you about it?"), required=False,
        help_text=gettext_lazy("Department, telephone, e-mail."), max_length=300,
    )  # fmt: skip


class OpenForm(FindingForm):
    """A new incident."""

    name = forms.CharField(label=gettext_lazy("What happened, in a few words"), max_length=120)
    aware_at = forms.DateTimeField(
        label=gettext_lazy("When did you become aware of it?"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        help_text=gettext_lazy("The 72 hours run from this moment, also when you write it down later."),
    )  # fmt: skip

    field_order = ("name", "aware_at", "standing", "intrusion", "sensitive", "items", "course")


class LogForm(forms.Form):
    """Whose data somebody had, by the access log."""

    users = forms.MultipleChoiceField(
        label=gettext_lazy("Who had them?"), required=False, widget=forms.CheckboxSelectMultiple
    )
    since = forms.DateTimeField(
        label=gettext_lazy("From when"), input_formats=["%Y-%m-%dT%H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip
    until = forms.DateTimeField(
        label=gettext_lazy("Until when"), input_formats=["%Y-%m-%dT%H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip
    verbs = forms.MultipleChoiceField(
        label=gettext_lazy("What did they do?"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=[(verb.value, WORDS[verb]) for verb in (Verb.SAW, Verb.UNMASKED, Verb.TOOK, Verb.CHANGED)],
    )  # fmt: skip
    pages = forms.MultipleChoiceField(
        label=gettext_lazy("On which pages?"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *told: Any, users: list[tuple[str, str]], pages: list[tuple[str, str]], **named: Any) -> None:
        super().__init__(*told, **named)
        self.fields["users"].choices = users  # type: ignore[attr-defined]
        self.fields["pages"].choices = pages  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        since, until = told.get("since"), told.get("until")
        if isinstance(since, datetime) and isinstance(until, datetime) and until <= since:
            self.add_error("until", _("The end lies before the beginning."))
        return told


class ListForm(forms.Form):
    """Whose data it was, by a list."""

    numbers = forms.CharField(
        label=gettext_lazy("Customer numbers"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One a line, or with commas. Or choose a file."),
    )  # fmt: skip
    file = forms.FileField(label=gettext_lazy("File with customer numbers"), required=False)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        file = told.get("file")
        if file is not None and file.size > LARGEST:
            self.add_error("file", _("The file is larger than 20 MB. Cut it into parts."))
        elif file is None and not told.get("numbers", "").strip():
            self.add_error("numbers", _("Write at least one customer number, or choose a file."))
        return told


class SendForm(forms.Form):
    """By which channel and in which language letters leave."""

    channel = forms.ChoiceField(label=gettext_lazy("By which channel?"))
    language = forms.ChoiceField(
        label=gettext_lazy("In which language?"), choices=[("ko", "한국어"), ("en", "English")], initial="ko"
    )

    def __init__(self, *told: Any, **named: Any) -> None:
        super().__init__(*told, **named)
        reaching = [(name, channel.label) for name, channel in channels().items() if channel.facts.needs]
        self.fields["channel"].choices = reaching  # type: ignore[attr-defined]


# What is written down by hand; the rest the workspace writes itself.
DECISIONS = (
    Decision.Kind.NOTE,
    Decision.Kind.REPORTED,
    Decision.Kind.SPARED,
    Decision.Kind.POSTED,
    Decision.Kind.CLOSED,
)


class DecisionForm(forms.Form):
    """One thing done or decided."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What was decided?"), choices=[(kind.value, kind.label) for kind in DECISIONS]
    )
    text = forms.CharField(
        label=gettext_lazy("What exactly"), required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Number of the receipt, address of the posting, or why."),
    )  # fmt: skip
