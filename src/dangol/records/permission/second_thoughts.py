"""Taking a refusal of advertising back shortly after: what had been agreed to before stands again, as a new answer."""

from datetime import datetime, timedelta

from django.db.transaction import atomic

from dangol.records.customers.models import Customer
from dangol.records.permission.actions import NewAnswer, record_form
from dangol.records.permission.models import Consent, Purpose
from dangol.records.permission.standing import Standing, standing
from dangol.records.staff.models import User

WITHIN = timedelta(days=7)  # later it is no slip: the texts are shown and the question is asked anew


def stood_before(answers: Standing, *, channel: str, at: datetime) -> list[Consent]:
    """The agreements to advertising that the last refusal about a channel ("" = all) ended, if it is recent.

    One for each channel; none where nothing was refused, where it was refused about other channels, or long ago.
    """
    about = [one for one in answers.answers if one.purpose == Purpose.MARKETING]
    if channel:
        about = [one for one in about if one.channel in {"", channel}]
    last = about[0] if about else None
    if last is None or last.granted or last.channel != channel or at - last.answered_at > WITHIN:
        return []
    before = Standing(tuple(about[1:]))
    channels = [channel] if channel else sorted({"", *before.channels(Purpose.MARKETING)})
    stood = {one.pk: one for code in channels if (one := before.agreed(Purpose.MARKETING, channel=code))}
    return list(stood.values())


@atomic
def take_back(
    customer: Customer, *, channel: str = "", by: User | None, at: datetime, how: str, evidence: str, place: str = ""
) -> list[Consent]:
    """Agree again to what the last refusal about a channel ended, with the text that had been agreed to.

    [] where there is nothing to take back. Raises what giving a consent raises.
    """
    ended = stood_before(standing(customer, purposes=[Purpose.MARKETING]), channel=channel, at=at)
    if not ended:
        return []
    answers = [NewAnswer(one.purpose, True, one.channel, "", one.text, one.text_version) for one in ended]
    return record_form(customer, answers, by=by, at=at, how=how, evidence=evidence, place=place)
