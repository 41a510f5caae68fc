"""On whose word something is changed: nobody's, unless it is said whose, how it came, and how they were known."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.records.staff.on_behalf import OF_THEMSELVES, OTHERS, OnBehalf, Sure, Way, Who

OFFERED = (Way.PHONE, Way.COUNTER, Way.DOOR, Way.PAPER, Way.MESSAGE, Way.EMAIL)


class BehalfForm(forms.Form):
    """The last part of a correction. The ordinary case, what staff found out themselves, needs no touch."""

    told_by = forms.ChoiceField(label=gettext_lazy("On whose word"), required=False)
    way = forms.ChoiceField(label=gettext_lazy("How it came"), required=False)
    sure = forms.ChoiceField(label=gettext_lazy("How did you make sure who asks?"), required=False)
    evidence = forms.CharField(
        label=gettext_lazy("Where it can be seen again"), required=False, max_length=200,
        help_text=gettext_lazy("The number of the call or the paper. Somebody else’s paper needs it."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choose("told_by", [("", _("Nobody’s: we found it out")), *Who.choices])
        self._choose("way", [(one.value, one.label) for one in OFFERED])
        self._choose("sure", [
            ("", _("Not yet")),
            (str(Who.PERSON.label), [(one.value, one.label) for one in OF_THEMSELVES]),
            (_("Somebody for them"), [(Sure.PAPERS.value, Sure.PAPERS.label)]),
        ])  # fmt: skip
        for field in self.fields.values():
            field.widget.attrs |= {"class": "input", "autocomplete": "off"}

    def on_behalf(self) -> OnBehalf | None:
        """What was said; None where nobody asked for it."""
        told = self.cleaned_data
        return OnBehalf(told["told_by"], told["way"], told["sure"], told["evidence"]) if told["told_by"] else None

    def refuse(self, words: str) -> None:
        """Put the sentence where the answer is missing."""
        told = self.cleaned_data
        shown = told["told_by"] in OTHERS and told["sure"] == Sure.PAPERS
        self.add_error("evidence" if shown else "sure", words)

    def _choose(self, name: str, choices: Any) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]
