"""Where people and the business meet, in words: what stands as a code in the ledger and with messages."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TOUCHPOINTS: Mapping[str, str | Promise] = {
    "phone": _("by phone"),
    "call": _("by phone"),
    "call_centre": _("call centre"),
    "counter": _("at the counter"),
    "app": _("in the app"),
    "web": _("on the website"),
    "mail": _("by post"),
    "post": _("by post"),
    "message": _("by text message"),
    "sms": _("by text message"),
    "shown_sms": _("by text message"),
    "email": _("by e-mail"),
    "delivery": _("at delivery"),
    "dealer": _("through the dealer"),
    "store": _("in the shop"),
    "shop": _("in the shop"),
    "till": _("at the till"),
    "shown_coupon": _("at the till"),
}
