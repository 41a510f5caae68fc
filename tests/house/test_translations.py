"""Every sentence a person can see exists in Korean and in English."""

import re
import shutil
import subprocess
import sys
from itertools import chain
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "dangol"
CATALOGS = sorted(SOURCE.rglob("locale/ko/LC_MESSAGES/django.po"))
HANGUL = re.compile(r"[가-힣]")


def test_there_are_catalogs() -> None:
    assert CATALOGS


@pytest.mark.parametrize("catalog", CATALOGS, ids=lambda path: str(path.relative_to(SOURCE)))
def test_every_entry_is_translated_and_compiled(catalog: Path) -> None:
    entries = polib.pofile(str(catalog))
    missing = [
        entry.msgid for entry in entries if not entry.obsolete and (not entry.translated() or "fuzzy" in entry.flags)
    ]
    assert missing == []
    compiled = {
        entry.msgid: (entry.msgstr, entry.msgstr_plural) for entry in polib.mofile(str(catalog.with_suffix(".mo")))
    }
    written = {entry.msgid: (entry.msgstr, entry.msgstr_plural) for entry in entries if not entry.obsolete}
    assert compiled == written, "run msgfmt again"


def test_every_marked_sentence_is_in_a_catalog(tmp_path: Path) -> None:
    copy = tmp_path / "dangol"
    shutil.copytree(SOURCE, copy, ignore=shutil.ignore_patterns("__pycache__", "*.mo", "static", "locale"))
    (copy / "locale").mkdir()
    subprocess.run(
        [str(Path(sys.executable).parent / "django-admin"), "makemessages", "-l", "ko", "--no-location"],
        cwd=copy, check=True, capture_output=True, text=True,
    )  # fmt: skip
    marked = {(e.msgctxt, e.msgid) for e in polib.pofile(str(copy / "locale/ko/LC_MESSAGES/django.po"))}
    known = {(e.msgctxt, e.msgid) for path in CATALOGS for e in polib.pofile(str(path)) if not e.obsolete}
    assert sorted(msgid for _, msgid in marked - known) == []


def test_one_sentence_has_one_translation() -> None:
    seen: dict[tuple[str | None, str], str] = {}
    for path in CATALOGS:
        for entry in polib.pofile(str(path)):
            if entry.obsolete or entry.msgid_plural:
                continue
            key = (entry.msgctxt, entry.msgid)
            assert seen.setdefault(key, entry.msgstr) == entry.msgstr, f"{entry.msgid!r} is translated in two ways"


@pytest.mark.parametrize("template", sorted(SOURCE.rglob("templates/**/*.html")), ids=lambda path: path.name)
def test_templates_hold_no_untranslated_korean_and_no_inline_style(template: Path) -> None:
    text = re.sub(r"{%\s*comment.*?endcomment\s*%}|{#.*?#}", "", template.read_text(encoding="utf-8"), flags=re.S)
    assert not HANGUL.search(text.replace("한국어", "").replace("단골", "")), "Korean belongs in the catalog"
    assert "style=" not in text, "the content security policy forbids inline styles"
    assert " onclick=" not in text and "javascript:" not in text


def test_regions_carry_numerals_of_latin_letters_everywhere() -> None:
    numerals = re.compile("[\u2160-\u217f]")  # one sign that looks like the letters: found by no search for them
    kinds = (SOURCE.rglob(f"*.{kind}") for kind in ("py", "html", "js", "po"))
    written = [*chain(*kinds), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")]
    assert [str(path.relative_to(ROOT)) for path in written if numerals.search(path.read_text(encoding="utf-8"))] == []
