"""Consent texts by the API: those in use and drafts, writing and publishing them; and the rules we go by."""

from datetime import date, datetime
from typing import Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema

from dangol.records.permission import texts
from dangol.records.permission.models import ConsentText, Purpose
from dangol.records.staff.roles import May
from dangol.web import clock
from dangol.web.api.doors import Done, Number, Sent, opened, valid
from dangol.web.privacy.text_list import lines, rules
from dangol.web.privacy.texts import LONGEST, TextForm
from dangol.web.shell.viewer import viewer

router = Router(tags=["consent texts"])


class ConsentTextLine(Schema):
    """One version of what is asked for one purpose in one language; published, it never changes."""

    id: int
    purpose: str
    recipient: str
    language: str
    version: int
    required: bool
    title: str
    aim: str
    items: str
    retention: str
    refusal: str
    published_at: datetime | None


class ListedText(ConsentTextLine):
    """The same with how many agreed to it, and how many are to be asked again."""

    agreed: int
    again: int


class ConsentTextDraft(Sent):
    """The words of a draft; a part may be left open until it is published."""

    purpose: Purpose
    language: Literal["ko", "en"]
    title: str = Field(max_length=120)
    recipient: str = Field("", max_length=120)
    aim: str = Field("", max_length=LONGEST)
    items: str = Field("", max_length=LONGEST)
    retention: str = Field("", max_length=LONGEST)
    refusal: str = Field("", max_length=LONGEST)


class PermissionRule(Schema):
    rule: str
    value: str
    source: str


class PermissionPack(Schema):
    """Rules that hold for some time."""

    ref: str
    holds: bool
    effective_from: date
    effective_to: date | None
    rules: list[PermissionRule]


@opened(router, "GET", "/consent-texts", May.KEEP_CONSENT, response=list[ListedText], whole=True)
def list_consent_texts(request: HttpRequest) -> list[ListedText]:
    """Every text in use and every draft."""
    texts.ensure_texts(at=clock.now())
    return [ListedText(**_text(one.text).dict(), agreed=one.agreed, again=one.again) for one in lines()]


@opened(router, "GET", "/consent-texts/{number}", May.KEEP_CONSENT, response=ConsentTextLine, whole=True)
def get_consent_text(request: HttpRequest, number: Number) -> ConsentTextLine:
    """One version as it is shown."""
    return _text(get_object_or_404(ConsentText, pk=number))


@opened(router, "POST", "/consent-texts", May.KEEP_CONSENT, response=ConsentTextLine, whole=True)
def write_consent_text(request: HttpRequest, told: ConsentTextDraft) -> ConsentTextLine:
    """Write the draft of a new version, or write it anew; nobody sees it before it is published."""
    words = valid(TextForm(told.dict(), purpose=told.purpose))
    made = texts.write_text(
        purpose=told.purpose, language=told.language, by=viewer(request).user, at=clock.now(),
        **{"recipient": told.recipient, **words},
    )  # fmt: skip
    return _text(made)


@opened(router, "POST", "/consent-texts/{number}/publish", May.KEEP_CONSENT, response=ConsentTextLine, whole=True)
def publish_consent_text(request: HttpRequest, number: Number) -> ConsentTextLine:
    """Show this version from now on, for good."""
    text = get_object_or_404(ConsentText, pk=number)
    return _text(texts.publish_text(text, by=viewer(request).user, at=clock.now()))


@opened(router, "POST", "/consent-texts/{number}/discard", May.KEEP_CONSENT, response=Done, whole=True)
def discard_consent_text(request: HttpRequest, number: Number) -> Done:
    """Throw a draft away; what is published stays."""
    return Done(changed=texts.discard_draft(get_object_or_404(ConsentText, pk=number)))


@opened(router, "GET", "/rules", May.SEE_CUSTOMERS, response=list[PermissionPack])
def list_rules(request: HttpRequest) -> list[PermissionPack]:
    """The rules by which it is decided who may be sent what, with their dates and sources, the latest first."""
    found = rules(clock.home().law, today=clock.as_of())
    return [
        PermissionPack(
            ref=one.pack.ref, holds=one.holds, effective_from=one.pack.effective_from,
            effective_to=one.pack.effective_to,
            rules=[PermissionRule(rule=str(label), value=value, source=str(source.title) if source else "")
                   for label, value, source in one.rules],
        )
        for one in found
    ]  # fmt: skip


def _text(one: ConsentText) -> ConsentTextLine:
    return ConsentTextLine(
        id=one.pk, purpose=one.purpose, recipient=one.recipient, language=one.language, version=one.version,
        required=one.required, title=one.title, aim=one.aim, items=one.items, retention=one.retention,
        refusal=one.refusal, published_at=one.published_at,
    )  # fmt: skip
