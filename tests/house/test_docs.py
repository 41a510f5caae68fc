"""The documents cannot lag: commands, settings, links, numbers and both languages are held against the code."""

from __future__ import annotations

import argparse
import ast
import dataclasses
import re
import tomllib
from functools import cache
from pathlib import Path

import polib
import pytest

from dangol.config import cli, settings
from dangol.contact.intake import headers
from dangol.contact.intake.kinds import KINDS
from dangol.contact.intake.sources.dairy import assumptions

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
READMES = (ROOT / "README.md", ROOT / "README.ko.md")
PAPERS = sorted([*READMES, ROOT / "CHANGELOG.md", *DOCS.rglob("*.md")])
LANGUAGES = ("ko", "en")

CODE = re.compile(r"```.*?\n(.*?)```|`([^`\n]+)`", re.S)
LINK = re.compile(r"(?<!!)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)")
PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)\)|<img[^>]*src=\"([^\"]+)\"")
HEADING = re.compile(r"^(#+) (.+)$", re.M)
SAID = re.compile(r"(?:^|[\s(;&|])(?:\.venv/bin/)?dangol[ \t]+([a-z]+)([^\n]*)", re.M)
LABEL = re.compile(r"\*\*([^*]+)\*\*")
MACHINE = re.compile(r"/(?:work|tmp|home|root|Users|mnt|opt)/\w|[A-Z]:\\")

each_paper = pytest.mark.parametrize("paper", PAPERS, ids=lambda path: str(path.relative_to(ROOT)))


def text_of(paper: Path) -> str:
    return paper.read_text(encoding="utf-8")


def code_in(text: str) -> str:
    """Everything set as code, one piece a line."""
    return "\n".join(block or span for block, span in CODE.findall(text))


def prose_of(text: str) -> str:
    return re.sub(r"```.*?```", "", text, flags=re.S)


def slug(heading: str) -> str:
    """The anchor a heading gets on the page of a repository."""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


@cache
def commands() -> dict[str, argparse.ArgumentParser]:
    """The parser of each command."""
    for action in cli.parser()._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    raise AssertionError("the dangol command has no commands")


def options(command: str) -> set[str]:
    """The long options of one command."""
    found = {name for action in commands()[command]._actions for name in action.option_strings}
    return {name for name in found if name.startswith("--") and name != "--help"}


def sections(text: str) -> dict[str, str]:
    """Each heading of the second level with what stands below it."""
    parts = re.split(r"^## (.+)$", text, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def rows_of(text: str) -> list[list[str]]:
    """The cells of every row of every table, headings and rules left out where they are not code."""
    lines = (line.strip() for line in text.splitlines() if line.lstrip().startswith("|"))
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


class TestPapers:
    @each_paper
    def test_names_only_commands_and_options_that_exist(self, paper: Path) -> None:
        for name, words in SAID.findall(code_in(text_of(paper))):
            assert name in commands(), f"there is no command `dangol {name}`"
            unknown = set(re.findall(r"--[a-z][a-z-]*", words.split("#")[0])) - options(name)
            assert not unknown, f"`dangol {name}` has no {unknown}"

    @each_paper
    def test_names_only_targets_of_the_makefile(self, paper: Path) -> None:
        targets = set(re.findall(r"^([a-z]+):", text_of(ROOT / "Makefile"), flags=re.M))
        assert set(re.findall(r"(?:^|\s)make ([a-z]+)", code_in(text_of(paper)))) <= targets

    @each_paper
    def test_links_only_to_what_is_there(self, paper: Path) -> None:
        for _, target in LINK.findall(prose_of(text_of(paper))):
            if re.match(r"https?://|mailto:", target):
                continue
            file, _, anchor = target.partition("#")
            place = (paper.parent / file).resolve() if file else paper
            assert place.exists(), f"there is no {target}"
            if anchor and place.suffix == ".md":
                anchors = {slug(heading) for _, heading in HEADING.findall(prose_of(text_of(place)))}
                assert anchor in anchors, f"{place.name} has no heading #{anchor}"

    @each_paper
    def test_shows_only_pictures_that_are_there_and_says_what_is_on_them(self, paper: Path) -> None:
        for words, target, source in PICTURE.findall(text_of(paper)):
            assert (paper.parent / (target or source)).is_file(), target or source
            assert words or source, f"{target} has no description"

    @each_paper
    def test_names_things_of_the_code_by_names_they_have(self, paper: Path) -> None:
        for words, target in LINK.findall(prose_of(text_of(paper))):
            name = re.fullmatch(r"`([A-Za-z_][\w.]*)(?:\(\))?`", words)
            if target.endswith(".py") and name and not name[1].endswith(".py"):
                assert name[1].rpartition(".")[2] in names_in(paper.parent / target), f"{target} has no {name[1]}"

    @each_paper
    def test_knows_no_machine(self, paper: Path) -> None:
        assert not MACHINE.findall(text_of(paper))


def names_in(file: Path) -> set[str]:
    """Functions, classes, attributes and variables that a file defines."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(text_of(file))):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.TypeAlias):
            names.add(node.name.id)
    return names


class TestReadme:
    def test_leads_to_the_other_language(self) -> None:
        for one, other in (READMES, READMES[::-1]):
            assert f"]({other.name})" in "".join(text_of(one).splitlines(keepends=True)[:5])

    def test_has_the_same_sections_in_both_languages(self) -> None:
        levels = [[marks for marks, _ in HEADING.findall(prose_of(text_of(readme)))] for readme in READMES]
        assert levels[0] == levels[1]

    @pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
    def test_shows_two_pictures_and_two_commands_first(self, readme: Path) -> None:
        text = text_of(readme)
        assert len(PICTURE.findall(text)) == 2
        assert re.findall(r"^make (\w+)", code_in(text), flags=re.M)[:2] == ["demo", "test"]

    @pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
    def test_tells_the_size_of_the_download(self, readme: Path) -> None:
        sizes = dict(line.split() for line in text_of(ROOT / "tools" / "downloads.txt").splitlines() if line[0] != "#")
        spark = sum(int(size) for name, size in sizes.items() if name.startswith(("pyspark==", "py4j==")))
        demo = sum(map(int, sizes.values())) - spark
        told = [int(number) for number in re.findall(r"(\d+) ?MB", text_of(readme))]
        assert any(abs(number * 1e6 - demo) < 0.1 * demo for number in told), f"demo downloads {demo / 1e6:.0f} MB"
        assert any(abs(number * 1e6 - spark) < 0.1 * spark for number in told), f"tests add {spark / 1e6:.0f} MB"

    @pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
    def test_says_of_no_command_there_is_that_it_is_missing(self, readme: Path) -> None:
        line = next(line for line in text_of(readme).splitlines() if re.search(r": worker\b", line))
        missing = re.findall(r"[a-z]+", line.rpartition(":")[2])
        assert "worker" in missing and not set(missing) & set(cli.COMMANDS)


class TestGuide:
    def pages(self, language: str) -> list[Path]:
        return sorted((DOCS / "guide" / language).glob("*.md"))

    def test_has_every_page_in_both_languages(self) -> None:
        ko, en = ([page.name for page in self.pages(language)] for language in LANGUAGES)
        assert ko == en
        assert ko

    def test_has_the_same_headings_in_both_languages(self) -> None:
        for ko, en in zip(self.pages("ko"), self.pages("en"), strict=True):
            levels = [[marks for marks, _ in HEADING.findall(prose_of(text_of(page)))] for page in (ko, en)]
            assert levels[0] == levels[1], ko.name

    def test_has_a_page_for_every_entry_of_the_menu(self) -> None:
        from dangol.web.shell.frame import ROOMS

        for language in LANGUAGES:
            pages = {page.stem for page in self.pages(language)}
            assert {room.url_name for room in ROOMS} <= pages

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_leads_from_the_readme_to_every_page(self, language: str) -> None:
        readme = READMES[0] if language == "en" else READMES[1]
        linked = {target for _, target in LINK.findall(text_of(readme))}
        assert {f"docs/guide/{language}/{page.name}" for page in self.pages(language)} <= linked

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_explains_every_command_and_every_option(self, language: str) -> None:
        told = sections(text_of(DOCS / "guide" / language / "command-line.md"))
        assert "`--as NAME`" in text_of(DOCS / "guide" / language / "command-line.md").split("\n## ")[0]
        for name in commands():
            section = told.get(f"`dangol {name}`")
            assert section is not None, f"`dangol {name}` has no section"
            missing = {option for option in options(name) - {"--home", "--as"} if f"`{option}" not in section}
            assert not missing, f"`dangol {name}`: {missing} not explained"

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_calls_things_by_the_words_of_the_pages(self, language: str) -> None:
        known = words_of_pages(language)
        for page in self.pages(language):
            missing = {" ".join(label.split()) for label in LABEL.findall(prose_of(text_of(page)))} - known
            assert not missing, f"{page.name}: no page says {missing}"

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_explains_every_field_of_purchases_and_customers(self, language: str) -> None:
        text = text_of(DOCS / "guide" / language / "import.md")
        told = {row[0].strip("`") for row in rows_of(text) if row[0].startswith("`")}
        assert set(KINDS["transactions"].labels) | set(KINDS["customers"].labels) <= told
        assert told <= {field for kind in KINDS.values() for field in kind.labels}

    @each_paper
    def test_shows_files_whose_every_column_is_recognised(self, paper: Path) -> None:
        for head in re.findall(r"```csv\n(.+)\n", text_of(paper)):
            columns = head.split(",")
            assert any(set(headers.guessed(kind, columns).values()) == set(columns) for kind in KINDS.values())


def words_of_pages(language: str) -> set[str]:
    """Every sentence and label a page can show in a language, up to its first blank to fill."""
    words: set[str] = set()
    for catalog in (ROOT / "src").rglob("locale/ko/LC_MESSAGES/django.po"):
        for one in polib.pofile(str(catalog)):
            korean = {one.msgstr, *one.msgstr_plural.values()}
            words |= {one.msgid, one.msgid_plural} if language == "en" else korean
    return {re.split(r"%\(\w+\)", sentence)[0].strip() for sentence in words}


class TestSettings:
    def told(self, heading: str) -> dict[str, list[str]]:
        """The rows of one table by the name in their first cell."""
        rows = rows_of(sections(text_of(DOCS / "settings.md"))[heading])
        return {row[0].strip("`"): row[1:] for row in rows if row[0].startswith("`")}

    def test_explains_every_setting_of_a_home_with_its_default(self) -> None:
        told = self.told("`dangol.toml`")
        fields = {field.name: field.default for field in dataclasses.fields(settings.Home)}
        assert set(told) == set(fields)
        for name, default in fields.items():
            written = told[name][0].strip("`")
            value = tomllib.loads(f"value = {written}")["value"] if written != "–" else None
            assert value == default, name

    def test_explains_every_environment_variable(self) -> None:
        assert set(self.told("Environment")) == settings.KNOWN | {"DATABASE_URL"}


class TestSimulation:
    def test_tells_the_numbers_that_the_dairy_is_made_from(self) -> None:
        rows = {row[0].strip("`"): row[1:3] for row in rows_of(text_of(DOCS / "simulation.md")) if len(row) > 3}
        club, home = (vars(line) for line in (assumptions.CLUB, assumptions.HOME))
        for name in set(club) - {"name", "scores"}:
            assert [float(cell.replace(",", "")) for cell in rows[name]] == [club[name], home[name]], name
        for place, dimension in enumerate(assumptions.DIMENSIONS):
            told = [float(cell) for cell in rows[dimension]]
            assert told == [assumptions.CLUB.scores[place], assumptions.HOME.scores[place]], dimension
