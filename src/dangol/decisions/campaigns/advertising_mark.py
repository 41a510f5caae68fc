"""Advertising in Korea says so: the mark (광고) and the sender first, how to refuse last."""

import re

from django.utils.translation import gettext as _

from dangol.decisions.campaigns.merge_fields import leads_to_stop
from dangol.lib.errors import DangolError
from dangol.records.permission.asking import ChannelFacts
from dangol.records.permission.policy import Pack

KOREAN = "kr"  # what packs call the rule that stands here
MARK = "(광고)"
REFUSE = "무료수신거부"
# Spellings that the authority takes for an attempt to pass by filters.
_DISGUISED = re.compile(r"\(\s*광\s+고\s*\)|\(\s+광고\s*\)|\(광고\s+\)|[\[<{【]\s*광\s*고\s*[\]>}】]")


class DisguisedMark(DangolError):
    """The advertising mark is written in a way that hides it from filters."""


def check(*texts: str) -> None:
    """Raise DisguisedMark for (광 고), [광고] and the like."""
    for text in texts:
        if found := _DISGUISED.search(text):
            raise DisguisedMark(
                _("Write the advertising mark as %(mark)s, not “%(found)s”. It is added for you when it is missing.")
                % {"mark": MARK, "found": found.group()}
            )


def needs_mark(channel: ChannelFacts) -> bool:
    """Electronic media that need consent to advertising need the mark; paper handed over in the shop does not."""
    return channel.needs_consent and channel.needs in {"mobile", "email"}


def marked(subject: str, body: str, *, channel: ChannelFacts, business: str, pack: Pack) -> tuple[str, str]:
    """Subject and body with the mark and sender before the first words, and a last line that says how to refuse.

    Where the rules know no such mark, the last line alone. What the writer has put in is left alone. An e-mail has its
    mark in the subject; a text message in the text, and in its title when it has one. The last line asks for the
    person's own address where advertising ends, which merging puts in.
    """
    if not needs_mark(channel):
        return subject, body
    if pack.rules.mark != KOREAN:
        return subject, body if leads_to_stop(body) else f"{body}\nUnsubscribe: {{{{unsubscribe}}}}"
    opening = f"{MARK}{business} "
    if channel.needs == "email" or subject:
        subject = subject if subject.startswith(MARK) else f"{opening}{subject}".rstrip()
    if channel.needs == "mobile" and not body.startswith(MARK):
        body = f"{opening}{body}"
    if REFUSE not in body.replace(" ", ""):
        body = f"{body}\n{REFUSE}: {{{{수신거부}}}}"
    return subject, body
