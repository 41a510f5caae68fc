"""What somebody answered, as a form for staff who were told it: every answer with the way it came and its evidence."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms.boundfield import BoundWidget
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dangol.contact.delivery.queries import channels
from dangol.lib.errors import DangolError
from dangol.records.catalog.models import Topic
from dangol.records.permission.actions import NewAnswer
from dangol.records.permission.models import Consent, ConsentText, Guardianship, How, Purpose
from dangol.records.permission.policy import Pack
from dangol.records.permission.preferences import MOST_A_MONTH, Wishes
from dangol.records.permission.texts import GOES_ELSEWHERE, LANGUAGES, current_texts
from dangol.web.customers.verdicts import medium

BY_CHANNEL = (Purpose.MARKETING, Purpose.NIGHT)
USUAL = ("sms", "email", "dm")
AT_NIGHT = frozenset({"email", "dm"})  # nobody is asked about these: neither wakes anybody up
WAYS = [one for one in How.choices if one[0] not in {How.WEB, How.IMPORT}]
WROTE_IN = [("ko", "한국어"), ("en", "English")]
ANSWERS = [("yes", pgettext_lazy("answer", "Agrees")), ("no", pgettext_lazy("answer", "Refuses, or takes it back"))]


def media() -> list[str]:
    """The ways of reaching people that answers speak of: the usual ones and those of installed channels."""
    needing = {one.facts.called for one in channels().values() if one.facts.needs_consent}
    return [*USUAL, *sorted(needing - set(USUAL))]


class AnswerForm(forms.Form):
    """One answer to one question."""

    question = forms.ChoiceField(label=gettext_lazy("What was asked"))
    answer = forms.ChoiceField(label=gettext_lazy("What they said"), choices=ANSWERS, widget=forms.RadioSelect)
    shown = forms.ChoiceField(label=gettext_lazy("The text they were shown"), required=False)
    given_by = forms.ChoiceField(label=gettext_lazy("Who answered"), choices=Consent.GivenBy.choices)
    how = forms.ChoiceField(label=gettext_lazy("How the answer came"), choices=WAYS)
    place = forms.CharField(label=gettext_lazy("Where"), required=False, max_length=80)
    evidence = forms.CharField(
        label=gettext_lazy("Where it can be seen again"), required=False, max_length=200,
        help_text=gettext_lazy("The number of the form or the call. An agreement needs it, a refusal does not."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["question"].choices = _questions()  # type: ignore[attr-defined]
        self.fields["shown"].choices = [  # type: ignore[attr-defined]
            *((language, _in_use(language)) for language in LANGUAGES), ("", _("Another text, not one of these")),
        ]  # fmt: skip
        self.fields["answer"].error_messages["required"] = _("Say whether they agree.")
        _dress(self)

    def given(self) -> NewAnswer:
        """The answer; bound to the text in use for its question, where one was shown."""
        told = self.cleaned_data
        purpose, channel, recipient = told["question"].split("|", 2)
        text = _text(purpose, recipient, told["shown"]) if told["shown"] else None
        return NewAnswer(purpose, told["answer"] == "yes", channel, recipient, text)


class SuppressForm(forms.Form):
    """Somebody who does not want to be contacted."""

    channel = forms.ChoiceField(label=gettext_lazy("By which way not"))
    how = forms.ChoiceField(label=gettext_lazy("How they said it"), choices=WAYS)
    reason = forms.CharField(label=gettext_lazy("Why, in a few words"), max_length=80)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "suppress_%s", **kwargs})
        self.fields["channel"].choices = [("", medium("")), *((code, medium(code)) for code in media())]  # type: ignore[attr-defined]
        self.fields["channel"].required = False
        self.fields["reason"].error_messages["required"] = _("Say why, in a few words.")
        _dress(self)


class LiftForm(forms.Form):
    """Somebody who wants to be contacted again."""

    channel = forms.CharField(required=False, widget=forms.HiddenInput)
    how = forms.ChoiceField(label=gettext_lazy("How they said it"), choices=WAYS)
    why = forms.CharField(
        label=gettext_lazy("Where it can be seen again"), max_length=200,
        error_messages={"required": gettext_lazy("Say where it can be seen again, such as the number of the call.")},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(self)


class WishesForm(forms.Form):
    """What somebody wishes, said to staff: topics ticked are those they want to hear of."""

    problem: DangolError | None = None  # why what was sent before could not be kept
    per_month = forms.IntegerField(
        label=gettext_lazy("Messages a month at most"), required=False, min_value=0, max_value=MOST_A_MONTH,
        help_text=gettext_lazy("Left empty, as many as we otherwise write."),
    )  # fmt: skip
    language = forms.ChoiceField(label=gettext_lazy("Language of our messages"), required=False)
    topics = forms.MultipleChoiceField(
        label=gettext_lazy("Topics they want to hear of"), required=False, widget=forms.CheckboxSelectMultiple
    )
    how = forms.ChoiceField(label=gettext_lazy("How they said it"), choices=WAYS)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, sent: QueryDict | None = None, *, topics: Sequence[Topic], wishes: Wishes) -> None:
        shown = {
            "topics": [str(one.pk) for one in topics if one.pk in wishes.topics], "per_month": wishes.per_month,
            "language": wishes.language, "seen": wishes.mark,
        }  # fmt: skip
        super().__init__(sent, auto_id="wishes_%s", initial={"how": How.PHONE, **shown})
        self.levels = [one.level - 1 for one in topics]
        silent = [] if wishes.language else [("", _("nothing said"))]
        self.fields["language"].choices = [*silent, *WROTE_IN]  # type: ignore[attr-defined]
        self.fields["topics"].choices = [(str(one.pk), str(one)) for one in topics]  # type: ignore[attr-defined]
        self.fields["per_month"].widget.attrs["inputmode"] = "numeric"
        _dress(self)

    def wishes(self) -> Wishes:
        """What they wish."""
        told = self.cleaned_data
        return Wishes(frozenset(map(int, told["topics"])), told["per_month"], told["language"])

    @property
    def boxes(self) -> list[tuple[int, BoundWidget]]:
        """The box of each topic, with how deep it stands."""
        return list(zip(self.levels, self["topics"].subwidgets, strict=True))


class GuardianForm(forms.Form):
    """What a child's guardian answered, and how they were verified."""

    answer = forms.ChoiceField(label=gettext_lazy("What they said"), choices=ANSWERS, widget=forms.RadioSelect)
    name = forms.CharField(label=gettext_lazy("Guardian's name"), required=False, max_length=120)
    contact = forms.CharField(label=gettext_lazy("Guardian's number or address"), required=False, max_length=200)
    method = forms.ChoiceField(label=gettext_lazy("How they were verified"))
    evidence = forms.CharField(label=gettext_lazy("Where it can be seen again"), max_length=200)

    def __init__(self, *args: Any, pack: Pack, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "guardian_%s", **kwargs})
        ways = [one for one in Guardianship.Method.choices if one[0] in pack.rules.guardian_methods]
        self.fields["method"].choices = ways  # type: ignore[attr-defined]
        self.fields["answer"].error_messages["required"] = _("Say whether they agree.")
        self.fields["evidence"].error_messages["required"] = _(
            "Say where the guardian's answer can be seen again, such as the number of the form."
        )
        _dress(self)


def _questions() -> list[tuple[str, str]]:
    """Every question that can be answered: purposes apart, by channel where they have one, by who gets the data."""
    found = []
    for purpose in Purpose:
        if purpose in BY_CHANNEL:
            ways = [code for code in media() if purpose == Purpose.MARKETING or code not in AT_NIGHT]
            found += [(f"{purpose}|{code}|", f"{purpose.label}: {medium(code)}") for code in ways]
        elif purpose in GOES_ELSEWHERE:
            written = ConsentText.objects.filter(purpose=purpose).exclude(recipient="")
            names = sorted(set(written.values_list("recipient", flat=True)))
            found += [(f"{purpose}||{name}", f"{purpose.label}: {name}") for name in names]
        else:
            found.append((f"{purpose}||", str(purpose.label)))
    return found


def _in_use(language: str) -> str:
    return _("The one in use, in Korean") if language == "ko" else _("The one in use, in English")


def _text(purpose: str, recipient: str, language: str) -> ConsentText | None:
    return current_texts(language).filter(purpose=purpose, recipient=recipient).first()


def _dress(form: forms.Form) -> None:
    for field in form.fields.values():
        if not isinstance(field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple | forms.HiddenInput):
            field.widget.attrs |= {"class": "input", "autocomplete": "off"}
