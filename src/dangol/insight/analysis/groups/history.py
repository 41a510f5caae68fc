"""What stays of earlier runs: of each month the last, so that who was in which group can be looked up later."""

from django.utils.timezone import localtime, make_aware

from dangol.insight.analysis.models import Run


def one_a_month(run: Run) -> None:
    """Let the earlier runs of the same kind and month go; call it in the transaction that finishes this one."""
    month = localtime(run.as_of).replace(day=1, hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    following = month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)
    same = Run.objects.filter(kind=run.kind, as_of__gte=make_aware(month), as_of__lt=make_aware(following))
    same.exclude(pk=run.pk).filter(finished_at__isnull=False).delete()
