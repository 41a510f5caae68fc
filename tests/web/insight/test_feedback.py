"""The page How feedback sounds: what was found and by what, the newest with a way to the person, what staff say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from dangol.insight.analysis.models import FeedbackTone, Run, Tone, ToneCorrection
from dangol.insight.analysis.voices import actions
from dangol.records.staff.access import store
from dangol.records.staff.access.queries import Wanted, people_seen
from dangol.records.staff.roles import Role
from dangol.records.voices.models import Feedback
from dangol.web.start import work
from tests.pages import OpenPage
from tests.records.staff.office import office, staff
from tests.web.business import NOW, business, complaint, signed_in

pytestmark = pytest.mark.django_db

WORST, BEST = "정말 최악이에요. 다시는 안 갑니다", "정말 최고예요! 또 올게요"


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    """Return a home of the test's own."""
    settings.DANGOL_HOME = tmp_path
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}
    return tmp_path


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def page(client: Client, address: str = "/insight/feedback/") -> str:
    return client.get(address, headers={"accept-language": "en"}).content.decode()


def told(text: str, *, days: int = 1, **more: Any) -> Feedback:
    ref, at = f"F{Feedback.objects.count()}", NOW - timedelta(days=days)
    return Feedback.objects.create(**{"source": "own", "ref": ref, "kind": "review", "at": at, "text": text, **more})


class TestPage:
    def test_teaches_where_nobody_has_told_anything(self, client: Client) -> None:
        shown = page(signed_in(client))
        assert "Nobody has told you anything yet" in shown and "Import feedback" in shown

    def test_says_what_reading_does_before_anybody_has_read(self, client: Client) -> None:
        told(WORST)
        shown = page(signed_in(client))
        assert "1 piece of feedback waits" in shown and "film reviews" in shown

    def test_reads_and_says_what_was_found(self, client: Client) -> None:
        owner = signed_in(client)
        for text in (WORST, BEST, "Great!", "왔습니다"):
            told(text)
        assert owner.post("/insight/feedback/read/").status_code == 302
        assert work.look("feedback").state == "done" and work.look("feedback").answer == {"read": 4}
        shown = page(owner)
        assert "Unhappy: 1 of 2 pieces of feedback whose sound is sure (50%)." in shown
        assert WORST in shown and BEST not in shown
        assert BEST in page(owner, "/insight/feedback/?tone=glad")
        assert "Not Korean, or no words: not read" in page(owner, "/insight/feedback/?tone=unread")

    def test_writes_down_who_asked(self, client: Client) -> None:
        told(WORST)
        signed_in(client).post("/insight/feedback/read/")
        run = Run.objects.get(kind="voices")
        assert run.parameters["by"] and run.parameters["labeller"].startswith("shipped ")

    def test_tells_how_sure_it_is_and_by_what_it_was_taught(self, client: Client) -> None:
        complaint(business()[2], text=WORST, at=NOW)
        shown = page(signed_in(client))
        assert "40,000 film reviews of Naver (NSMC, CC0), not by shops" in shown
        assert "86.7% right when it had to answer each" in shown and "93.9% of its answers were right" in shown
        assert "Of 40 made-up sentences of a shop it answered 15" in shown
        assert "From 20 different texts of each sort" in shown and "So far: 0 glad, 0 unhappy" in shown

    def test_leads_from_the_unhappy_to_the_person_and_notes_whom_was_seen(self, client: Client) -> None:
        person = business()[2]
        complaint(person, text=WORST, at=NOW)
        shown = page(signed_in(client))
        assert f'href="/customers/{person.pk}/"' in shown and person.full_name in shown
        store.seal()
        assert people_seen(Wanted(pages=("insight_feedback",))) == {person.pk}

    def test_hides_names_and_words_from_those_who_do_not_work_with_people(self, client: Client) -> None:
        person = business()[2]
        complaint(person, text=WORST, at=NOW)
        office()
        client.force_login(staff(Role.MARKETER))
        shown = page(client)
        assert person.full_name not in shown and WORST not in shown
        assert "shown to those who work with people" in shown

    def test_holds_a_long_text_whole_to_read_on(self, client: Client) -> None:
        owner = signed_in(client)
        told(f"{WORST} {'가나다 ' * 90}", subject="최악 " * 30)
        owner.post("/insight/feedback/read/")
        assert "Read all of it" not in page(owner)
        told(f"{WORST} {'가나다 ' * 100}끝까지", subject=f"{'최악 ' * 40}제목도")
        owner.post("/insight/feedback/read/")
        shown = page(owner)
        whole = shown.split("Read all of it</summary>")[1].split("</details>")[0]
        assert "제목도" in whole and "끝까지" in whole and shown.count("끝까지") == 1 == shown.count("<details")

    def test_goes_through_older_ones(self, client: Client) -> None:
        owner = signed_in(client)
        for at in range(12):
            told(f"{WORST} {'가나다라마바사아자차카타'[at]}호점", days=at)
        owner.post("/insight/feedback/read/")
        assert "Older" in page(owner) and "Newer" not in page(owner)
        last = page(owner, "/insight/feedback/?page=2")
        assert "타호점" in last and "가호점" not in last and "Newer" in last

    @pytest.mark.parametrize("address", ["?tone=nonsense", "?page=0", "?page=99999", "?page=-1", "?tone=&page="])
    def test_stands_whatever_the_address_says(self, client: Client, address: str) -> None:
        complaint(business()[2], text=WORST, at=NOW)
        assert signed_in(client).get(f"/insight/feedback/{address}").status_code == 200

    def test_tells_a_refusal_in_words(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        told(WORST)

        def fail(**_more: Any) -> None:
            raise actions.NothingToHear("The disk is full.")

        monkeypatch.setattr("dangol.web.insight.feedback.tasks.read_feedback", fail)
        owner = signed_in(client)
        owner.post("/insight/feedback/read/")
        assert "The disk is full." in page(owner)


class TestCounts:
    def test_stand_in_the_picture_and_in_the_file(self, client: Client) -> None:
        owner = signed_in(client)
        for text, days in ((WORST, 1), (BEST, 1), (WORST, 40)):
            told(text, days=days)
        owner.post("/insight/feedback/read/")
        shown = page(owner)
        spec = json.loads(shown.split('id="spec-feedback" type="application/json">')[1].split("</script>")[0])
        counted = {(row["month"], row["tone"]): row["n"] for row in spec["datasets"]["months"]}
        assert counted["2026-10", "Unhappy"] == 1 and counted["2026-11", "Glad"] == 1
        table = owner.get("/insight/feedback/file/csv/", headers={"accept-language": "en"}).content.decode("utf-8-sig")
        assert table.splitlines()[1:] == ["October 2026,1,0,0,100", "November 2026,1,0,1,50"]

    @pytest.mark.parametrize(("kind", "begins"), [("png", b"\x89PNG"), ("svg", b"<svg"), ("pdf", b"%PDF")])
    def test_are_a_picture_to_take_along(self, client: Client, kind: str, begins: bytes) -> None:
        complaint(business()[2], text=WORST, at=NOW)
        assert signed_in(client).get(f"/insight/feedback/file/{kind}/").content.startswith(begins)

    @pytest.mark.parametrize("kind", ["exe", "png"])
    def test_are_no_file_where_there_is_none(self, client: Client, kind: str) -> None:
        assert signed_in(client).get(f"/insight/feedback/file/{kind}/").status_code == 404


class TestCorrecting:
    def test_counts_at_once_and_says_who_and_when(self, client: Client) -> None:
        one, owner = complaint(business()[2], text=WORST, at=NOW), signed_in(client)
        answer = owner.post(f"/insight/feedback/{one.pk}/tone/", {"tone": "glad", "tone_shown": "unhappy", "page": "1"})
        assert answer["Location"] == "/insight/feedback/?tone=unhappy&page=1#newest"
        said = ToneCorrection.objects.get()
        assert said.by is not None and said.tone == Tone.GLAD
        assert "Said by your staff" in page(owner, "/insight/feedback/?tone=glad")
        assert "So far: 1 glad, 0 unhappy" in page(owner)

    def test_is_not_for_those_who_do_not_work_with_people(self, client: Client) -> None:
        one = complaint(business()[2], text=WORST, at=NOW)
        office()
        client.force_login(staff(Role.ANALYST))
        assert client.post(f"/insight/feedback/{one.pk}/tone/", {"tone": "glad"}).status_code == 403
        assert "How does it sound to you?" not in page(client)

    @pytest.mark.parametrize("tone", ["unread", "", "nonsense"])
    def test_knows_no_other_tones(self, client: Client, tone: str) -> None:
        one = complaint(business()[2], text=WORST, at=NOW)
        assert signed_in(client).post(f"/insight/feedback/{one.pk}/tone/", {"tone": tone}).status_code == 404
        assert FeedbackTone.objects.get().tone == Tone.UNHAPPY

    def test_of_what_is_gone_is_told_so(self, client: Client) -> None:
        one, owner = complaint(business()[2], text=WORST, at=NOW), signed_in(client)
        Feedback.objects.update(text="")
        owner.post(f"/insight/feedback/{one.pk}/tone/", {"tone": "glad"}, headers={"accept-language": "en"})
        assert "There are no words left" in page(owner) and ToneCorrection.objects.count() == 0


def test_the_index_says_what_was_found_last(client: Client) -> None:
    owner = signed_in(client)
    assert "Not asked yet" in page(owner, "/insight/")
    complaint(business()[2], text=WORST, at=NOW)
    shown = page(owner, "/insight/")
    assert "How does feedback sound?" in shown and "Unhappy: 1 of 1 piece of feedback" in shown


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [390, 1280])
def test_is_drawn_and_corrected_in_a_browser(open_page: OpenPage, live_server: Any, width: int) -> None:
    one = complaint(business()[2], text=WORST, at=NOW)
    shown, session = open_page(width=width, language="en"), signed_in(Client()).session
    shown.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session.session_key or "", "url": live_server.url}]
    )
    shown.goto(f"{live_server.url}/insight/feedback/")
    shown.locator("#feedback svg").first.wait_for()
    assert shown.evaluate("document.documentElement.scrollWidth") <= width
    shown.get_by_role("button", name="Glad").click()
    shown.get_by_text("Written down: it sounds “Glad”.").wait_for()
    assert FeedbackTone.objects.get(feedback=one).tone == Tone.GLAD
