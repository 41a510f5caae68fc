"""Where a picture of a run can be taken away: its addresses, one for each kind of file."""

from urllib.parse import urlencode

from django.urls import reverse

from dangol.insight.analysis.models import Run
from dangol.lib.languages import speaks
from dangol.web.shell.chart_files import KINDS


def downloads(question: str, run: Run, chart: str, **asked: str) -> dict[str, str]:
    """The addresses; asked: what else the picture hangs on."""
    query = f"?{urlencode({**asked, 'lang': speaks()})}"
    return {kind: reverse("insight_file", args=[question, run.pk, chart, kind]) + query for kind in KINDS}
