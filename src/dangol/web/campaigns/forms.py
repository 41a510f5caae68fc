"""The plan as a form: every error stands beside its field, in the words of the rule that refused."""

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from dangol.decisions.campaigns import actions, advertising_mark
from dangol.decisions.campaigns.merge_fields import compiled
from dangol.decisions.campaigns.models import Campaign, Series
from dangol.decisions.campaigns.personal_facts import shortened
from dangol.decisions.segments import behind_numbers
from dangol.insight.relationship.positioning import column as recommended
from dangol.insight.relationship.positioning.catalogue import programme
from dangol.insight.relationship.stages.models import State
from dangol.lib.errors import DangolError
from dangol.lib.languages import speaks
from dangol.records.catalog.models import Category, Offer, Topic
from dangol.records.catalog.queries import kinds_of_goods
from dangol.records.catalog.topics import tree
from dangol.records.permission.asking import About
from dangol.web import clock
from dangol.web.campaigns import channels
from dangol.web.campaigns.choice import Choice
from dangol.web.campaigns.repeating.words import choices
from dangol.web.shell.figures import day, money
from dangol.web.shell.words import REGION_NAMES

LONGEST_NAME = 120
BONDS = {"II": Offer.Bond.CARE, "I": Offer.Bond.TRANSACTIONAL}  # what the map advises for a region
NAMES: dict[str, str | Promise] = {
    "II": _("Thanks and care, %(day)s"),
    "I": _("Something more, %(day)s"),
    "": _("Campaign of %(day)s"),
}


STATEMENT, CROSS_SELL = "points_statement", "cross_sell"  # programmes of the first catalogue with words of their own
PROGRAMME_NAMES: dict[str, str | Promise] = {
    STATEMENT: _("Monthly statement, from %(day)s"), CROSS_SELL: _("What goes with it, %(day)s"),
}  # fmt: skip
WORDS: dict[str, str | Promise] = {
    "": _("{{name}}, thank you for being with us. This is for you: {{offer}}."),
    STATEMENT: _(
        "{{name}}, here is your month with {{business}}.\nBought last month: {{spent}}\nGiven to you on top: {{saved}}"
        "\nPoints you have: {{points}}\nPoints that expire next: {{expiring}}\nThis is for you: {{offer}}."
    ),
    CROSS_SELL: _("{{name}}, what goes well with what you like: {{suggestion}}. With it comes {{offer}}."),
}


class PlanForm(forms.Form):
    """What, by which channel, to how many not, and for how long it counts."""

    name = forms.CharField(label=_("Campaign name"), max_length=LONGEST_NAME)
    offer = forms.ChoiceField(label=_("What do they get?"))
    channel = forms.ChoiceField(label=_("By which channel?"))
    goods = forms.ChoiceField(label=_("Which goods is it about?"), required=False)
    topic = forms.ChoiceField(label=_("Which topic is it about?"), required=False)
    when = forms.ChoiceField(label=_("When does it come?"), required=False)
    body = forms.CharField(label=_("Message"), widget=forms.Textarea(attrs={"rows": 5}))
    holdout = forms.IntegerField(label=_("Held out"), min_value=1, max_value=50)
    weeks = forms.IntegerField(label=_("Counted for"), min_value=1, max_value=actions.MOST_WEEKS)
    estimator = forms.ChoiceField(
        label=_("How is it judged?"), choices=Campaign.Estimator.choices, initial=Campaign.Estimator.ADJUSTED
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["offer"].choices = [(one.code, offer_words(one)) for one in Offer.objects.order_by("pk")]  # type: ignore[attr-defined]
        self.fields["channel"].choices = [(one.facts.name, one.label) for one in channels.offered()]  # type: ignore[attr-defined]
        self.fields["when"].choices = choices()  # type: ignore[attr-defined]
        self._offer("goods", gettext("No goods in particular"), [(one.path, one.name) for one in kinds_of_goods()])
        self._offer("topic", gettext("No topic in particular"), [(one.path, _indented(one)) for one in tree()])
        words = {
            "name": {"required": gettext("Give the campaign a name of at most 120 letters.")},
            "body": {"required": gettext("Write the message that customers will get.")},
            "holdout": _whichever(gettext("Without a holdout nothing can be measured. Enter 1–50%.")),
            "weeks": _whichever(gettext("Enter 1–52 weeks.")),
        }
        for name, messages in words.items():
            self.fields[name].error_messages.update(messages)
        for field in self.fields.values():
            field.widget.attrs["class"] = "input area" if isinstance(field.widget, forms.Textarea) else "input"

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        if Campaign.objects.filter(name=name).exists() or Series.objects.filter(name=name).exists():
            raise forms.ValidationError(
                gettext("There is a campaign named “%(name)s” already. Choose another name.") % {"name": name}
            )
        return name

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"].replace("\r\n", "\n").strip()
        try:
            advertising_mark.check(body)
            compiled(body)
        except DangolError as error:
            raise forms.ValidationError(str(error)) from error
        return body

    def _offer(self, name: str, nothing: str, choices: list[tuple[str, str]]) -> None:
        """What may be chosen beside nothing; no field where there is nothing to choose."""
        if choices:
            self.fields[name].choices = [("", nothing), *choices]  # type: ignore[attr-defined]
        else:
            del self.fields[name]

    @property
    def about(self) -> About:
        """What it is about, as far as it can be read, for a preview while somebody types."""
        goods, topic = (self[name].value() if name in self.fields else "" for name in ("goods", "topic"))
        return About(
            Category.objects.filter(path=goods, parent=None).values_list("pk", flat=True).first() if goods else None,
            Topic.objects.filter(path=topic).values_list("pk", flat=True).first() if topic else None,
        )

    @property
    def about_words(self) -> list[str]:
        """The same in words."""
        chosen = [(name, self.cleaned_data.get(name)) for name in ("goods", "topic") if name in self.fields]
        return [str(dict(self.fields[name].choices)[one]).strip() for name, one in chosen if one]  # type: ignore[attr-defined]

    @property
    def salt(self) -> str:
        """What the arms will be drawn with, once the form is valid."""
        name: str = self.cleaned_data["name"]
        return Series(name=name).salt if self.cleaned_data["when"] else name

    @property
    def share(self) -> float:
        """The share held out as far as it can be read, for a preview while somebody types."""
        return _within(self["holdout"].value(), 1, 50, 10) / 100

    @property
    def length(self) -> int:
        """The weeks as far as they can be read."""
        return _within(self["weeks"].value(), 1, actions.MOST_WEEKS, 8)


def offer_words(offer: Offer) -> str:
    """An offer with what it costs."""
    name = offer.name_ko if speaks() == "ko" else offer.name_en
    return gettext("%(offer)s (%(cost)s each)") % {"offer": name, "cost": money(offer.cost)}


def proposed(choice: Choice, channel: str) -> dict[str, Any]:
    """A plan to begin with: what the map advises for these customers, in the language of the business."""
    region = choice.regions[0] if len(choice.regions) == 1 else ""
    standing = programme(choice.programmes[0]) if len(choice.programmes) == 1 else None
    offer = standing.offer if standing else None
    if offer is None:
        bond = standing.bond if standing else BONDS.get(region, Offer.Bond.CARE)
        offer = Offer.objects.filter(bond=bond).order_by("pk").first()
    code = standing.code if standing else ""
    named = PROGRAMME_NAMES.get(code, NAMES.get(region, NAMES[""]))
    return {
        "name": _unused(str(named) % {"day": day(clock.as_of())}),
        "when": "month:1" if code == STATEMENT else "",
        "offer": offer.code if offer else "",
        "channel": channel,
        "body": first_words(code),
        "holdout": round(clock.home().holdout_share * 100),
        "weeks": 8,
        "estimator": Campaign.Estimator.ADJUSTED,
    }


def first_words(code: str = "") -> str:
    """A message to begin with, of a programme by its code, in the language customers of this business read."""
    with override("ko" if clock.home().currency == "KRW" else "en"):
        return shortened(str(WORDS.get(code, WORDS[""])))[0]


def audience_words(choice: Choice) -> str:
    """Who is picked, in words."""
    if choice.behind:
        return gettext("Customers behind a number: %(number)s") % {"number": behind_numbers.written(choice.behind)}
    if choice.programmes:
        known = recommended.words()
        told = ", ".join(str(known.get(code, code)) for code in choice.programmes)
        return gettext("Customers for whom this is recommended: %(programmes)s") % {"programmes": told}
    if choice.staged and not choice.regions and not choice.placed:
        told = ", ".join(str(State(state).label) for state in choice.staged)
        return gettext("Customers who stand here in their relationship: %(states)s") % {"states": told}
    if choice.frequent and not choice.regions and not choice.placed:
        return gettext("Frequent users")
    if choice.foretold and not choice.regions and not choice.placed:
        return gettext("Customers by their chance to buy again")
    if len(choice.regions) == 1 and not choice.placed:
        return str(REGION_NAMES[choice.regions[0]])
    if set(choice.regions) >= {"I", "II", "III"} and not choice.placed:
        return gettext("Everybody on the map")
    return gettext("Customers picked on the map") if choice.made else gettext("Every customer")


def _whichever(words: str) -> dict[str, str]:
    """One sentence for whatever is wrong with a number; Django fills the limits into two of them."""
    filled = words.replace("%", "%%")
    return {"required": words, "invalid": words, "min_value": filled, "max_value": filled}


def _indented(topic: Topic) -> str:
    return f"{chr(0x2003) * (topic.level - 1)}{topic}"


def _unused(name: str) -> str:
    """The name, numbered where campaigns of that name exist, whether they come once or again."""
    asked = [one.filter(name__startswith=name) for one in (Campaign.objects.all(), Series.objects.all())]
    taken = {each for one in asked for each in one.values_list("name", flat=True)}
    numbered = (name if number == 1 else f"{name} ({number})" for number in range(1, len(taken) + 2))
    return next(one for one in numbered if one not in taken)


def _within(value: Any, low: int, high: int, otherwise: int) -> int:
    try:
        return min(max(int(value), low), high)
    except (TypeError, ValueError):
        return otherwise
