"""Messages that were waiting when a backup was made: they may have left since, and nothing leaves twice."""

from datetime import datetime

from django.db.transaction import atomic

from dangol.insight.analysis.reports.planning import start_anew
from dangol.records.ledger.assignments import NewWithholding, withhold
from dangol.records.outbox import staff_mail
from dangol.records.outbox.models import Message
from dangol.records.outbox.queries import waiting

RESTORED = "restored"
BATCH = 10_000


@atomic
def withhold_what_waited(*, at: datetime) -> int:
    """Withhold every message and mail that waits in a restored home, each with that reason; how many.

    Reports that fell due meanwhile are not sent either: they may have left since the backup was made.
    """
    total = staff_mail.withhold_all_waiting(staff_mail.RESTORED)
    start_anew(at=at)
    while batch := list(waiting().values_list("pk", "identity_id", "source_ref")[:BATCH]):
        withhold([NewWithholding(identity, source_ref, RESTORED) for _pk, identity, source_ref in batch], at=at)
        total += Message.objects.filter(pk__in=[row[0] for row in batch]).update(withheld=RESTORED)
    return total
