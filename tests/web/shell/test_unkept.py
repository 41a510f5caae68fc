"""Whatever comes in by a request is fit to be kept before any page sees it."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse, QueryDict
from django.test import Client, RequestFactory

from dangol.lib.log_lines import KeptLines
from dangol.lib.resident_numbers import MASK
from dangol.records.staff.access import spool
from dangol.records.staff.models import User
from dangol.web.shell import arriving
from dangol.web.shell.unkept import Unkept, clean_form, clean_json
from tests.web.business import signed_in

NUMBER = "900301-1234567"


def seen(request: HttpRequest) -> HttpRequest:
    """The request as a view gets it."""
    kept: list[HttpRequest] = []

    def view(request: HttpRequest) -> HttpResponse:
        kept.append(request)
        return HttpResponse()

    Unkept(view)(request)
    return kept[0]


def test_stands_before_all_that_reads_a_request(settings: Any) -> None:
    assert settings.MIDDLEWARE.index("dangol.web.shell.unkept.Unkept") == 0


class TestRequest:
    def test_holds_no_number_in_its_form(self) -> None:
        request = seen(RequestFactory().post("/", {"note": f"본인 {NUMBER}", "many": ["a", "9003011234567"]}))
        assert request.POST["note"] == f"본인 {MASK}"
        assert request.POST.getlist("many") == ["a", MASK]

    def test_holds_none_in_a_form_with_files_nor_in_their_names(self) -> None:
        upload = SimpleUploadedFile(f"명단 {NUMBER}.csv", b"a")
        request = seen(RequestFactory().post("/", {"note": NUMBER, "file": upload}))
        assert request.POST["note"] == MASK
        told = request.FILES["file"]
        assert NUMBER not in f"{told.name} {told.temporary_file_path()}"  # type: ignore[union-attr]
        request.close()

    def test_holds_none_in_its_address(self) -> None:
        searched = {"q": "９００３０１－１２３４５６７", "page": "2"}
        request = seen(RequestFactory().get(f"/customers/{NUMBER}/", searched))
        assert request.GET["q"] == MASK and request.GET["page"] == "2"
        assert request.path == request.path_info == f"/customers/{MASK}/"
        assert "%EF%BC%99" not in request.META["QUERY_STRING"] and NUMBER not in request.get_full_path()

    def test_holds_none_in_where_it_came_from(self) -> None:
        request = seen(RequestFactory().get("/", headers={"Referer": f"http://localhost/?q={NUMBER}"}))
        assert NUMBER not in request.META["HTTP_REFERER"]

    def test_holds_none_in_json(self) -> None:
        told = {"note": NUMBER, "number": 9003011234567, "amount": 12, NUMBER: [NUMBER]}
        request = seen(RequestFactory().post("/", json.dumps(told), content_type="application/json"))
        assert json.loads(request.body) == {"note": MASK, "number": MASK, "amount": 12, MASK: [MASK]}
        assert json.loads(request.body)["note"] == MASK  # read twice

    @pytest.mark.parametrize("body", [b"", b"{", b"[" * 100_000, b'{"a": 1}', b"\xff\xfe"])
    def test_leaves_other_bodies_to_whoever_refuses_them(self, body: bytes) -> None:
        assert len(clean_json(body)) >= len(body)

    def test_leaves_passwords_and_tokens_as_they_are(self) -> None:
        form = QueryDict(f"password={NUMBER}&new_password1={NUMBER}&csrfmiddlewaretoken={NUMBER}&name={NUMBER}")
        clean, count = clean_form(form)
        assert (clean["password"], clean["new_password1"], clean["csrfmiddlewaretoken"]) == (NUMBER, NUMBER, NUMBER)
        assert (clean["name"], count) == (MASK, 1)

    def test_is_the_same_where_there_is_nothing_to_clean(self) -> None:
        form = QueryDict("a=1&a=2&q=010-1234-5678")
        assert clean_form(form) == (form, 0)


@pytest.mark.django_db
class TestSaid:
    def test_once_on_the_page_that_is_asked_for(self, client: Client, settings: Any, tmp_path: Any) -> None:
        settings.DANGOL_HOME = tmp_path
        page = signed_in(client).get("/customers/", {"q": NUMBER}, headers={"Accept-Language": "en"}).content.decode()
        assert "1 resident number was made unreadable: it may not be kept." in page
        assert NUMBER not in page and MASK in page
        part = client.get("/customers/", {"q": NUMBER}, headers={"HX-Request": "true"}).content.decode()
        assert NUMBER not in part
        assert "made unreadable" not in client.get("/customers/", headers={"Accept-Language": "en"}).content.decode()

    def test_nothing_of_it_reaches_the_access_log(self, client: Client, settings: Any, tmp_path: Any) -> None:
        settings.DANGOL_HOME = tmp_path
        signed_in(client).get("/customers/", {"q": NUMBER})
        client.get(f"/customers/{NUMBER.replace('-', '')}/")
        client.post("/sign-in/", {"username": NUMBER, "password": "x"})
        told = b"".join(path.read_bytes() for path in spool.waiting())
        assert told
        assert NUMBER.encode() not in told and NUMBER.replace("-", "").encode() not in told

    def test_a_password_that_is_such_a_number_opens_one_door(self, client: Client) -> None:
        for role, name in ((User.Role.OWNER, "owner"), (User.Role.AGENT, "somebody")):
            user = User(username=name, role=role)
            user.set_password(NUMBER)
            user.save()
        client.post("/sign-in/", {"username": "somebody", "password": "850505-2345678"})
        assert "_auth_user_id" not in client.session
        client.post("/sign-in/", {"username": "somebody", "password": NUMBER})
        assert client.session["_auth_user_id"] == str(user.pk)


class TestLines:
    def test_hold_no_number_in_words_or_tracebacks(self) -> None:
        try:
            raise ValueError(f"cannot read {NUMBER}")
        except ValueError as error:
            record = logging.LogRecord("dangol", logging.ERROR, "", 0, "lost %s", (NUMBER,), (type(error), error, None))
        assert NUMBER not in KeptLines().format(record) and KeptLines().format(record).count(MASK) == 2


class TestArriving:
    def test_lies_in_the_home_until_the_request_is_over(self, settings: Any, tmp_path: Any) -> None:
        settings.DANGOL_HOME = tmp_path
        request = RequestFactory().post("/", {"file": SimpleUploadedFile("../매출.csv", b"content")})
        upload = request.FILES["file"]
        assert isinstance(upload, arriving.Arrived)
        assert upload.path.read_bytes() == b"content" and upload.path.is_relative_to(tmp_path)
        assert upload.read() == b"content" and upload.size == 7
        request.close()
        assert list((tmp_path / "uploads").iterdir()) == []

    def test_left_by_a_killed_process_is_thrown_away(self, settings: Any, tmp_path: Any) -> None:
        settings.DANGOL_HOME = tmp_path
        left = arriving.place() / "coming-999999999-x"
        left.mkdir()
        (left / "a.csv").write_text(NUMBER)
        ours = arriving.Arrived("b.csv", "", None)
        assert not left.exists() and ours.path.exists()
        ours.close()
