"""The page Readiness check: what was found in plain words, examples, and the same as a file."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from dangol.contact.intake.models import Batch, Reject
from dangol.insight.analysis.readiness import report
from dangol.insight.analysis.readiness.report import last_report
from dangol.records.staff.roles import Role
from dangol.web import clock
from dangol.web.readiness import paper as readiness_paper
from dangol.web.shell import paper
from tests.records.staff.office import office, staff
from tests.web.business import business, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    """Return a home of the test's own."""
    settings.DANGOL_HOME = tmp_path
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}
    return tmp_path


def texts(story: list[Any]) -> list[str]:
    """What stands in the paragraphs and tables of a paper."""
    found: list[str] = []
    for part in story:
        if isinstance(part, list | tuple):
            found += texts(list(part))
        elif hasattr(part, "_cellvalues"):
            found += texts(part._cellvalues)
        else:
            found.append(part.text)
    return found


def page(client: Client, address: str = "/readiness/") -> str:
    with translation.override("en"):
        return client.get(address, headers={"accept-language": "en"}).content.decode()


class TestPage:
    def test_teaches_before_anybody_has_looked(self, client: Client) -> None:
        assert "Nobody has looked yet" in page(signed_in(client))

    def test_looks_and_says_what_to_do_first(self, client: Client) -> None:
        business()
        owner = signed_in(client)
        owner.post("/readiness/look/")
        shown = page(owner)
        assert last_report() is not None
        assert "What to do first" in shown
        assert "Customers of whom it is not known how they came" in shown

    def test_tells_what_of_the_files_is_in_no_number(self, client: Client) -> None:
        business()
        owner = signed_in(client)
        owner.post("/readiness/look/")
        assert "What did not come in" not in page(owner)
        batch = Batch.objects.create(kind="customers", file_name="a.csv", started_at=clock.now(), rejected=2)
        Reject.objects.bulk_create(Reject(batch=batch, row=row, reason="no day", original=["x"]) for row in (2, 3))
        assert "2 rows of your files were left out and wait to be mended" in page(owner)
        with translation.override("en"):
            assert "2 rows of your files" in " ".join(texts(readiness_paper.story(report.look(at=clock.as_of()), "")))
        batch.rejects.all().delete()
        assert "wait to be mended" not in page(owner) and "count as missing here" in page(owner)

    def test_shows_examples_with_a_way_to_the_person(self, client: Client) -> None:
        business()
        shown = page(signed_in(client), "/readiness/examples/source/")
        assert "/customers/" in shown

    def test_masks_examples_for_those_who_do_not_work_with_people(self, client: Client) -> None:
        person = business()[0]
        office()
        client.force_login(staff(Role.MARKETER))
        shown = page(client, "/readiness/examples/source/")
        assert "/customers/" in shown
        assert person.full_name not in shown

    def test_knows_no_other_checks(self, client: Client) -> None:
        assert signed_in(client).get("/readiness/examples/nothing-such/").status_code == 404


class TestPaper:
    @pytest.mark.skipif(not paper.available(), reason="reportlab absent: pip install reportlab")
    def test_is_a_file_without_anybodys_name(self, client: Client) -> None:
        people = business()
        found = report.look(at=clock.as_of())
        answer = signed_in(client).get("/readiness/pdf/")
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")
        with translation.override("en"):
            told = " ".join(texts(readiness_paper.story(found, "A shop")))
        assert "Customers of whom it is not known how they came" in told
        assert [one.full_name for one in people if one.full_name in told] == []
        last = found.months[-1]
        assert "Month Sales Amount With a name" in told
        assert [last.month, f"{last.sales:,}"] == told.split()[-4:-2]


def test_is_reached_from_the_import_page(client: Client) -> None:
    assert 'href="/readiness/"' in page(signed_in(client), "/import/")
