"""Every page that is open without login: what opens nothing shows nothing, changes nothing, and all say the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.http import HttpResponseBase
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dangol.contact.intake import joining
from dangol.lib import sealing
from dangol.records.changes.models import Change
from dangol.records.customers import own_pages
from dangol.records.customers.models import Customer
from dangol.records.customers.own_pages import CONSENT, DATA, PAGES, STOP, WISHES
from dangol.records.staff.access import spool
from dangol.records.staff.access.entries import Verb
from dangol.records.staff.models import User
from dangol.web import clock
from dangol.web.public import limits
from dangol.web.public.urls import urlpatterns
from tests.stores import tried
from tests.web.public.conftest import path_to, somebody

pytestmark = pytest.mark.django_db

# Each route with the page whose link opens it; a route without a line fails.
LINKED = {
    "own_stop": (STOP, ""), "own_wishes": (WISHES, ""), "own_consent": (CONSENT, ""), "own_data": (DATA, ""),
    "own_code": (DATA, "code/"), "own_close": (DATA, "close/"), "own_see": (DATA, "see/"), "own_file": (DATA, "file/"),
    "own_correct": (DATA, "correct/"), "own_halt": (DATA, "stop/"), "own_object": (DATA, "object/"),
    "own_explain": (DATA, "explain/"), "own_erase": (DATA, "erase/"), "own_requests": (DATA, "requests/"),
}  # fmt: skip
OPEN = {"own_notice": "/privacy/notice/", "own_start": "/my/", "own_nowhere": "/my/nowhere/", "own_join": "/join/"}
# What somebody would send who wants to change something.
SENT: dict[str, Any] = {
    "do": "stop:", "List-Unsubscribe": "One-Click", "asked": "q1:", "code": "123456", "understood": "yes",
    "road": "shown_sms", "mobile": "010-9999-9999", "wish": "anything", "kind": "json", "back": "1", "who": "",
}  # fmt: skip


PIECES = [
    "stop", "again", "topic", "often", "language", "agree", "refuse", "automated", "lift", "", "sms", "1", "0", "-1",
    "99999999999", "²", "한글",
]  # fmt: skip


def test_every_route_has_a_line() -> None:
    assert {str(one.name) for one in urlpatterns} == set(LINKED) | set(OPEN) | {"customer_link"}


def test_each_is_open_and_says_so() -> None:
    for one in urlpatterns:
        if one.name != "customer_link":
            assert getattr(one.callback, "login_required", True) is False, one.name
            assert getattr(one.callback, "csrf_exempt", False) is True, one.name


def refused_tokens(page: own_pages.OwnPage, person: Customer) -> Iterator[tuple[str, str]]:
    """Tokens that open nothing on this page, each by what is wrong with it."""
    right = own_pages.link_to(page, person, at=clock.now()).rsplit("/", 2)[1]
    yield "none", "-"
    yield "tampered", right[:-1] + ("A" if right[-1] != "A" else "B")
    yield "cut short", right[:-4]
    yield "longer", right + "AAAA"
    for other in PAGES.values():
        if other is not page:
            yield f"of {other.purpose}", own_pages.link_to(other, person, at=clock.now()).rsplit("/", 2)[1]
    over = clock.now() - page.lifetime - timedelta(seconds=1)
    yield "over", own_pages.link_to(page, person, at=over).rsplit("/", 2)[1]
    nobody = Customer(pk=987_654_321)
    yield "of nobody", own_pages.link_to(page, nobody, at=clock.now()).rsplit("/", 2)[1]
    gone = somebody("황보라", "+821055505678")
    theirs = own_pages.link_to(page, gone, at=clock.now()).rsplit("/", 2)[1]
    Customer.objects.filter(pk=gone.pk).update(erased_at=clock.now())
    yield "of somebody forgotten", theirs


@pytest.mark.parametrize("route", LINKED)
def test_what_opens_nothing_gets_one_answer_and_changes_nothing(browser_: Client, person: Customer, route: str) -> None:
    page, rest = LINKED[route]
    answers, changes = {}, 0
    for wrong, token in refused_tokens(page, person):
        changes = Change.objects.count()
        cache.clear()
        for method in (browser_.get, browser_.post):
            response = method(f"/{page.path}{token}/{rest}", SENT if method == browser_.post else {})
            answers[wrong, method.__name__] = (response.status_code, response.content, response.cookies.output())
        assert Change.objects.count() == changes, wrong
    assert len(set(answers.values())) == 1, {key: told[0] for key, told in answers.items()}
    status, content, cookies = next(iter(answers.values()))
    assert (status, cookies) == (410, "")
    assert person.full_name.encode() not in content and b"5550" not in content


def test_each_refusal_stands_in_the_access_log(browser_: Client, person: Customer) -> None:
    browser_.get(path_to(WISHES, person, days=181))
    browser_.get("/my/wishes/made-up/")
    spool.let_go()
    told = [entry for path in spool.waiting() for entry, _end in spool.entries(path, 0, left=True)]
    assert [(one.verb, one.page, one.reason, one.subjects) for one in told] == [
        (Verb.REFUSED, "own_wishes", "link over", (person.pk,)), (Verb.REFUSED, "own_wishes", "link unreadable", ()),
    ]  # fmt: skip


def test_guessing_is_stopped_and_fills_no_log(browser_: Client) -> None:
    told = [browser_.get(f"/my/wishes/guess{number}/").status_code for number in range(40)]
    assert told == [410] * 30 + [429] * 10
    spool.let_go()
    assert sum(1 for path in spool.waiting() for _one in spool.entries(path, 0, left=True)) == 30


def test_whoever_holds_a_link_is_not_kept_out_by_others_who_guess(browser_: Client, person: Customer) -> None:
    for number in range(40):
        browser_.get(f"/my/wishes/guess{number}/")
    assert browser_.get(path_to(WISHES, person)).status_code == 200


@pytest.mark.store
def test_choices_of_one_person_end_somewhere(
    browser_: Client, person: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits.LIMITS, "writes", limits.Limit(3, timedelta(hours=1)))
    path = path_to(WISHES, person)
    assert [browser_.post(path, {"do": "often:1"}).status_code for _time in range(4)] == [302, 302, 302, 429]


@pytest.mark.parametrize("route", [*OPEN, *LINKED])
def test_nothing_of_the_staff_is_on_them_and_nothing_is_kept_on_the_way(person: Customer, route: str) -> None:
    owner = User.objects.create(username="owner", first_name="사장님이름", role=User.Role.OWNER)
    signed_in, stranger = Client(), Client()
    signed_in.force_login(owner)
    page, rest = LINKED.get(route, (None, ""))
    path = f"{path_to(page, person)}{rest}" if page else OPEN[route]
    joining.set_door(is_open=True, asks=[], by=owner, at=clock.now())
    mine, theirs = signed_in.get(path), stranger.get(path)
    assert mine.status_code == theirs.status_code
    assert _body(mine) == _body(theirs)
    assert "사장님이름" not in _body(mine)
    assert theirs.cookies.output() == ""
    for response in (mine, theirs):
        assert response["Referrer-Policy"] == "no-referrer"
        assert "no-store" in response["Cache-Control"]
        assert "noindex" in response["X-Robots-Tag"]
        policy = response["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy


def _body(response: HttpResponseBase) -> str:
    """The page but for the mark that makes each form one of its own."""
    return re.sub(r'name="mark" value="[^"]+"', "", response.content.decode())  # type: ignore[attr-defined]


@pytest.mark.store
@pytest.mark.parametrize("route", LINKED)
def test_a_link_of_another_opens_that_ones_page_alone(person: Customer, route: str) -> None:
    """Who holds a neighbour's link sees the neighbour's page; one's own proof opens nothing there."""
    page, rest = LINKED[route]
    neighbour = somebody("황보라", "+821055505678")
    body = _body(Client().get(f"{path_to(page, neighbour)}{rest}"))
    assert person.full_name not in body and "1234" not in body


def test_a_last_stroke_that_got_lost_is_put_back(browser_: Client, person: Customer) -> None:
    path = path_to(STOP, person)
    response = browser_.get(path.rstrip("/"))
    assert (response.status_code, response["Location"]) == (302, path)


def test_a_lost_key_is_a_link_that_does_not_open(
    browser_: Client, person: Customer, settings: Any, tmp_path: Any
) -> None:
    path = path_to(STOP, person)
    settings.DANGOL_KEYS = tmp_path / "gone.json"
    with pytest.raises(sealing.KeyLost):
        sealing.marking_key("links")
    assert browser_.get(path).status_code == 410


@pytest.mark.store
@settings(max_examples=tried(60), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    do=st.one_of(
        st.text(max_size=120),
        st.builds(
            ":".join,
            st.lists(st.sampled_from(PIECES), min_size=1, max_size=4),
        ),
    )
)  # fmt: skip
def test_no_press_whatsoever_breaks_a_page(person: Customer, do: str) -> None:
    cache.clear()
    browser = Client()
    for page in (STOP, WISHES):
        response = browser.post(path_to(page, person), {"do": do})
        assert response.status_code in {302, 422}
        if response.status_code == 302:
            assert browser.get(response["Location"]).status_code == 200


def test_a_customer_who_looks_first_does_not_become_the_owner(person: Customer) -> None:
    seen = {"Sec-Fetch-Mode": "navigate", "Accept": "text/html"}
    browser = Client(headers=seen, HTTP_HOST="localhost", REMOTE_ADDR="127.0.0.1")
    for path in (path_to(WISHES, person), "/my/", "/privacy/notice/"):
        assert browser.get(path).status_code == 200
    assert not User.objects.exists()
    browser.get("/")
    assert User.objects.filter(role=User.Role.OWNER).exists()
