"""Why nothing was sent, or not yet, in the words of the card; and what media are called."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

type Word = str | Promise

REASONS: dict[str, Word] = {
    "forgotten": _("Not sent: this customer was forgotten."),
    "merged": _("Not sent: this row stands with another one of the same person now."),
    "suppressed": _("Not sent: on the do-not-contact list."),
    "minor_without_guardian": _("Not sent: a child whose guardian has not agreed."),
    "no_contract": _("Not sent: we have no contract with whoever would carry it."),
    "gateway_not_certified": _("Not sent: the gateway holds no certificate for advertising."),
    "lacks_marks": _("Not sent: this channel leaves out what an advertising e-mail must hold."),
    "no_third_party_consent": _("Not sent: has not agreed that others get the data."),
    "no_overseas_consent": _("Not sent: has not agreed that the data go abroad."),
    "no_consent": _("Not sent: was never asked for consent to advertising."),
    "consent_refused": _("Not sent: does not agree to advertising."),
    "refused_there": _("Not sent: somebody who is reached there too does not want advertising."),
    "reconfirm_due": _("Not sent: the consent is older than two years, and nobody reminded the customer of it."),
    "topic_declined": _("Not sent: does not want to hear of this topic."),
    "capped": _("Not sent: has had as many messages as anybody should get in this time."),
    "no_address": _("Not sent: no number or address for this channel."),
    "night": _("Not yet: at night only those who agreed to night messages get advertising. It leaves in the morning."),
}
# Why something may be sent.
GROUNDS: dict[str, Word] = {
    "consent": _("agreed to it"),
    "existing_deal": _("bought the same kind of goods not long ago and was never asked"),
    "not_needed": _("no consent is needed"),
}
# What answers and suppressions call a way of reaching people.
MEDIA: dict[str, Word] = {
    "": pgettext_lazy("channel", "Any channel"),
    "sms": _("Text message"),
    "email": _("E-mail"),
    "dm": _("Post"),
    "kakao": _("KakaoTalk"),
    "push": _("App notification"),
    "call": _("Phone call"),
    "fax": _("Fax"),
}
