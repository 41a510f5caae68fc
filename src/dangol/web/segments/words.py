"""The parts of a sheet in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

PART_NAMES: dict[str, str | Promise] = {
    "position": _("As what do we want to be seen?"),
    "value": _("Value offered"),
    "price": pgettext_lazy("of a segment", "Price"),
    "channel": pgettext_lazy("of a segment", "Channel"),
    "promotion": _("Promotion"),
    "reward": _("Reward"),
}
MEANINGS: dict[str, str | Promise] = {
    "position": _("The one sentence they should say of us."),
    "value": _("What they get from us that they do not get elsewhere."),
    "price": _("What they pay, and for what we ask nothing."),
    "channel": _("Where they meet us and how we reach them."),
    "promotion": _("What we tell and offer them, and how often."),
    "reward": _("What they get for staying."),
}
