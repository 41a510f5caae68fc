"""Charts: one theme for pages, one for light and dark files; the bundle that draws them; the frame around them."""

import gzip
import hashlib
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

from django.conf import settings

from dangol.web.shell.whole_ticks import with_whole_ticks

type Spec = dict[str, Any]
type Mode = Literal["page", "light", "dark"]

SNIPPET = "window.vega=vega; window.vegaLite=vegaLite; window.vegaEmbed=vegaEmbed;"
FONT = "Pretendard Variable, Pretendard, Apple SD Gothic Neo, Malgun Gothic, Noto Sans KR, NanumGothic, sans-serif"
FONT_FOLDERS = (Path("/usr/share/fonts/truetype/nanum"), Path("/usr/local/share/fonts"))
FORMATS = ("png", "svg", "pdf")

# Nanum has no U+2212: one minus would put its whole line into another, wider font, which runs out of the picture.
MINUS, DRAWN_MINUS = "\N{MINUS SIGN}", "\N{EN DASH}"
NUMBERS: Spec = {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["$", ""], "minus": DRAWN_MINUS}

# The colours charts use, as tokens.css has them: for files, where var() means nothing.
COLOURS: dict[str, tuple[str, str]] = {
    "--surface": ("#ffffff", "#191c22"),
    "--line": ("#e3e3dd", "#2b2f38"),
    "--line-strong": ("#868a93", "#6b707b"),
    "--ink": ("#191d27", "#eceae4"),
    "--ink-2": ("#4a4f5b", "#b6b9c2"),
    "--ink-3": ("#656a76", "#9297a2"),
    "--r1": ("#2b58b1", "#6f9bf0"),
    "--r2": ("#d9661b", "#f28c45"),
    "--r3": ("#0b968d", "#7fe0d0"),
    "--r0": ("#878b95", "#8a8f9b"),
    "--r1-ink": ("#234a99", "#a9c6ff"),
    "--r2-ink": ("#9c4208", "#ffb98a"),
    "--r3-ink": ("#086a63", "#93e5d8"),
    "--band": ("#e3f3f1", "#16292c"),
    "--r1-wash": ("#eaf0fb", "#1d2a44"),
    "--r2-wash": ("#fdf0e6", "#3a2415"),
    "--r3-wash": ("#e5f4f2", "#12322f"),
    "--r0-wash": ("#f0f0ed", "#23262d"),
}
THEME: Spec = {
    "background": None,
    "font": FONT,
    "padding": {"left": 4, "right": 8, "top": 6, "bottom": 4},
    "view": {"stroke": None, "continuousWidth": 560, "continuousHeight": 320},
    "axis": {
        "labelFontSize": 12, "labelColor": "var(--ink-3)", "labelPadding": 6, "titleFontSize": 12,
        "titleFontWeight": 500, "titleColor": "var(--ink-2)", "titlePadding": 8, "gridColor": "var(--line)",
        "gridWidth": 1, "domain": False, "ticks": False, "labelOverlap": True, "labelFlush": False,
    },
    "axisX": {
        "grid": False, "domain": True, "domainColor": "var(--line-strong)", "ticks": True, "tickSize": 4,
        "tickColor": "var(--line-strong)", "tickCount": 6,
    },
    "axisY": {
        "titleAngle": 0, "titleAlign": "left", "titleAnchor": "end", "titleBaseline": "bottom", "titleX": -30,
        "titleY": -12, "tickCount": 5,
    },
    "title": {
        "anchor": "start", "fontSize": 15, "fontWeight": 600, "color": "var(--ink)", "subtitleFontSize": 12,
        "subtitleColor": "var(--ink-2)", "offset": 12,
    },
    "legend": {
        "labelFontSize": 12, "labelColor": "var(--ink-2)", "titleFontSize": 12, "titleFontWeight": 500,
        "titleColor": "var(--ink-2)", "symbolSize": 70, "orient": "top", "offset": 6,
    },
    "text": {"fontSize": 12, "color": "var(--ink)"},
    "rule": {"color": "var(--line-strong)"},
    "line": {"strokeWidth": 2, "strokeCap": "round", "color": "var(--ink)"},
    "point": {"size": 36, "filled": True, "opacity": 1},
    "circle": {"size": 28, "opacity": 0.7},
    "bar": {"color": "var(--ink-2)", "cornerRadiusEnd": 2},
    "area": {"opacity": 1, "line": False},
    "range": {
        "category": ["var(--r1)", "var(--r2)", "var(--r3)", "var(--r0)", "var(--ink-2)", "var(--line-strong)"]
    },
}  # fmt: skip


@dataclass(frozen=True)
class Table:
    """The same numbers as the picture, for those who read rather than look."""

    columns: list[str]
    rows: list[list[Any]]
    numeric: frozenset[int] = frozenset()  # columns set to the right


@dataclass(frozen=True)
class Chart:
    """One figure with its frame. `name` is unique in the page and becomes ids.

    Give the spec itself, or `spec_url` where it is fetched. `downloads` maps png, svg, pdf, csv to
    addresses; `provenance` is the line below: source, as-of, run.
    """

    name: str
    finding: str
    unit: str
    spec: Spec | None = None
    spec_url: str = ""
    alt: str = ""
    brush: str = ""
    provenance: list[str] = field(default_factory=list)
    table: Table | None = None
    downloads: dict[str, str] = field(default_factory=dict)
    list_url: str = ""  # where those behind the picture can be taken away, by those who may

    @property
    def source(self) -> str:
        """Where chart.js finds the spec."""
        return self.spec_url or f"#spec-{self.name}"

    @property
    def page_spec(self) -> Spec:
        return themed(self.spec or {}, "page")


def themed(spec: Spec, mode: Mode) -> Spec:
    """The spec with Dangol's theme below its own config; for files every var() becomes its colour."""
    full = {**with_whole_ticks(spec), "config": _merged(THEME, spec.get("config", {}))}
    full.setdefault("$schema", "https://vega.github.io/schema/vega-lite/v6.json")
    if mode == "page":
        return full
    full["config"]["background"] = COLOURS["--surface"][mode == "dark"]
    resolved: Spec = _resolved(full, dark=mode == "dark")
    return resolved


def file_of(spec: Spec, kind: str, *, mode: Mode = "light", width: int = 720) -> tuple[bytes, str]:
    """A chart as a file: (content, content type). `kind` is png (twice the size), svg or pdf."""
    import vl_convert

    register_fonts()
    drawn = themed(spec, mode)
    if drawn.get("width") == "container":
        drawn["width"] = width
    if kind == "png":
        return vl_convert.vegalite_to_png(_with_our_minus(drawn), scale=2, format_locale=NUMBERS), "image/png"
    if kind == "pdf":
        return vl_convert.vegalite_to_pdf(_with_our_minus(drawn), format_locale=NUMBERS), "application/pdf"
    return vl_convert.vegalite_to_svg(drawn).encode(), "image/svg+xml"


@cache
def register_fonts() -> None:
    """Tell the converter of Korean fonts where they stand; without them it falls back by itself."""
    import vl_convert

    for folder in FONT_FOLDERS:
        if folder.is_dir():
            vl_convert.register_font_directory(str(folder))


@cache
def bundle_version() -> str:
    """Names the bundle's content: the converter's version and our snippet. Part of its address."""
    from importlib.metadata import version

    return hashlib.sha256(f"{version('vl-convert-python')} {SNIPPET}".encode()).hexdigest()[:12]


@cache
def bundle() -> bytes:
    """The browser's Vega, gzipped; made once and kept in the home, or in memory where that cannot be written."""
    kept: Path = settings.DANGOL_HOME / "cache" / f"vega-{bundle_version()}.js.gz"
    if kept.is_file():
        return kept.read_bytes()
    import vl_convert

    packed = gzip.compress(vl_convert.javascript_bundle(SNIPPET).encode(), mtime=0)
    try:
        kept.parent.mkdir(exist_ok=True)
        part = kept.with_suffix(".part")
        part.write_bytes(packed)
        part.replace(kept)
    except OSError:  # a full or read-only disk costs a second at the next start, nothing else
        pass
    return packed


def _merged(below: Spec, above: Spec) -> Spec:
    merged = deepcopy(below)
    for key, value in above.items():
        merged[key] = (
            _merged(merged[key], value) if isinstance(value, dict) and isinstance(merged.get(key), dict) else value
        )
    return merged


def _resolved(spec: Spec, *, dark: bool) -> Any:
    def coloured(text: str) -> str:
        if "var(--" in text:
            for name, pair in COLOURS.items():
                text = text.replace(f"var({name})", pair[dark])
        return text

    return _each_text(spec, coloured)


def _with_our_minus(spec: Spec) -> Any:
    return _each_text(spec, lambda text: text.replace(MINUS, DRAWN_MINUS))


def _each_text(part: Any, told: Callable[[str], str]) -> Any:
    if isinstance(part, dict):
        return {key: _each_text(value, told) for key, value in part.items()}
    if isinstance(part, list):
        return [_each_text(value, told) for value in part]
    return told(part) if isinstance(part, str) else part
