"""The pictures of Insight as files."""

from collections.abc import Callable, Mapping

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_safe

from dangol.insight.analysis.contracts.names import KIND as CONTRACTS
from dangol.insight.analysis.groups.names import GROUPS_KIND
from dangol.insight.analysis.leaving.names import KIND as LEAVING
from dangol.insight.analysis.models import Run
from dangol.insight.analysis.queries import finished_run
from dangol.insight.analysis.rhythm.names import KIND as RHYTHM
from dangol.insight.analysis.surveys.actions import KIND as SURVEYS
from dangol.records.staff.roles import May
from dangol.web.insight.contracts.pictures import picture as of_contracts
from dangol.web.insight.groups.chart import picture as of_groups
from dangol.web.insight.leaving.pictures import picture as of_leaving
from dangol.web.insight.rhythm.pictures import picture as of_rhythm
from dangol.web.insight.satisfaction.pictures import picture as of_satisfaction
from dangol.web.shell.chart_files import file_answer
from dangol.web.shell.charts import Chart
from dangol.web.shell.gate import needs

# question in the address → the runs that answer it, and a picture of one of them by its name
PICTURES: Mapping[str, tuple[str, Callable[[Run, str, QueryDict], Chart | None]]] = {
    "rhythm": (RHYTHM, of_rhythm), "leaving": (LEAVING, of_leaving), "groups": (GROUPS_KIND, of_groups),
    "satisfaction": (SURVEYS, of_satisfaction), "contracts": (CONTRACTS, of_contracts),
}  # fmt: skip


@needs(May.SEE_VALUES, whole=True)
@require_safe
def insight_file(request: HttpRequest, question: str, run_id: int, chart: str, kind: str) -> HttpResponse:
    """A picture of a run as a file."""
    if question not in PICTURES:
        raise Http404(question)
    runs, picture = PICTURES[question]
    run = finished_run(runs, run_id)
    if run is None:
        raise Http404(chart)
    return file_answer(picture(run, chart, request.GET), kind, f"{question}-{chart}-{run.as_of:%Y-%m-%d}")
