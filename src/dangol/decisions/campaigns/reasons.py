"""Why somebody got a message or did not, in the words of the card."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dangol.records.permission.reasons import REASONS

SENTENCES: dict[str, str | Promise] = {
    **REASONS,
    "no_identity": _("Not sent: no receipt or member number leads to this customer."),
    "objected": _("Not chosen: does not want to be chosen by a program alone."),
    "helper": _("Not chosen: sells, delivers or works for the business, and does not buy for themselves."),
    "held_out": _("Not sent: held out to measure the effect."),
    "waiting": _("Chosen for this campaign; the message is waiting to leave."),
    "restored": _("Not sent: it was waiting when a backup was made, and may have left before that was restored."),
    "sent": _("Sent."),
}
UNKNOWN_REASON = _("Not sent: %(reason)s.")


def sentence_of(code: str) -> str:
    """The reason in the language in use; a code of another version of Dangol is shown as it is."""
    return str(SENTENCES[code]) if code in SENTENCES else str(UNKNOWN_REASON) % {"reason": code}
