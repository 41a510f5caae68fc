"""The legal hold: what a law makes us keep of people who were forgotten, opened by one role, each time for a reason."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.lib.errors import DangolError
from dangol.lib.languages import speaks
from dangol.records.rights import hold
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.roles import May
from dangol.web.shell.gate import needs
from dangol.web.shell.viewer import viewer


class LookForm(forms.Form):
    """For whom or what, and why."""

    text = forms.CharField(
        label=gettext_lazy("Name, phone number, receipt or customer number"), max_length=120,
        help_text=gettext_lazy("Written in full: what is held is sealed, and found by whole words alone."),
    )  # fmt: skip
    reason = forms.CharField(
        label=gettext_lazy("What is it for?"), min_length=4, max_length=200,
        help_text=gettext_lazy("It stands in the access log beside your name."),
        error_messages={"required": gettext_lazy("Say what you need it for."),
                        "min_length": gettext_lazy("Say what you need it for.")},
    )  # fmt: skip

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"


@needs(May.SEE_LEGAL_HOLD, whole=True, personal=True)
def privacy_hold(request: HttpRequest) -> HttpResponse:
    """What is held, in counts; with a reason, the records of one person or receipt."""
    form, found, problem = LookForm(request.POST or None), None, None
    if request.method == "POST" and form.is_valid():
        try:
            found = hold.found(form.cleaned_data["text"])
        except DangolError as error:
            problem = error
        else:
            whose = {one.customer for one in found}
            # Numbers of emptied rows: whose data were seen stays told, though nobody's name leads there.
            viewer(request).note(Verb.UNMASKED, reason=form.cleaned_data["reason"], subjects=whose)
    language = speaks()
    labels = {rule.id: rule for rule in hold.all_rules()}
    context = {
        "form": form, "problem": problem, "count": hold.count(),
        "standing": [(labels[rule].label(language), labels[rule], *told) for rule, *told in hold.standing()],
        "found": None if found is None else [(one, labels[one.rule].label(language)) for one in found],
        "nobody": _("Nothing is held under these words.") if found == [] else "",
    }  # fmt: skip
    return render(request, "privacy/hold.html", context, status=422 if problem or form.errors else 200)
