"""What a series says from its next issue on, as a form."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from dangol.decisions.campaigns import advertising_mark
from dangol.decisions.campaigns.merge_fields import compiled
from dangol.decisions.campaigns.models import SeriesText
from dangol.decisions.segments.models import Segment
from dangol.lib.errors import DangolError
from dangol.records.catalog.models import Offer
from dangol.web.campaigns.forms import offer_words

SHOWN = 50  # segments


class TextForm(forms.Form):
    """To whom, what they get, and what it says."""

    segment = forms.ChoiceField(label=gettext_lazy("To whom"))
    offer = forms.ChoiceField(label=gettext_lazy("What do they get?"))
    body = forms.CharField(label=gettext_lazy("Message"), widget=forms.Textarea(attrs={"rows": 7}))

    def __init__(self, text: SeriesText, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.text = text
        rules = {json.dumps(text.segment.rule, sort_keys=True)}
        others: list[tuple[str, str]] = []
        for one in Segment.objects.order_by("-pk"):
            rule = json.dumps(one.rule, sort_keys=True)
            if rule not in rules and len(others) < SHOWN:
                others.append((str(one.pk), one.name))
            rules.add(rule)
        stays = gettext("As before: %(segment)s") % {"segment": text.segment.name}
        choices = {
            "segment": [(str(text.segment_id), stays), *others],
            "offer": [(one.code, offer_words(one)) for one in Offer.objects.order_by("pk")],
        }
        for name, known in choices.items():
            self.fields[name].choices = known  # type: ignore[attr-defined]
        self.fields["body"].error_messages["required"] = gettext("Write the message that customers will get.")
        for field in self.fields.values():
            field.widget.attrs["class"] = "input area" if isinstance(field.widget, forms.Textarea) else "input"

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"].replace("\r\n", "\n").strip()
        try:
            advertising_mark.check(body)
            compiled(body)
        except DangolError as error:
            raise forms.ValidationError(str(error)) from error
        return body

    @property
    def rule(self) -> dict[str, Any]:
        """The rule of those it is for."""
        chosen = Segment.objects.filter(pk=self.cleaned_data["segment"]).first()
        return dict(chosen.rule if chosen else self.text.segment.rule)


def said(text: SeriesText) -> dict[str, Any]:
    """The text that stands, to begin with."""
    return {"segment": str(text.segment_id), "offer": text.offer.code, "body": text.body}
