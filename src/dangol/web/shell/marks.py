"""Marks drawn many times on a page, as text: a template for each would cost more than the page around them."""

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from dangol.web.shell import words
from dangol.web.shell.balance import Balance

SHAPES = {
    "r1": '<path class="f-r1" d="M5 .8 9.6 9H.4z"/>',
    "r2": '<path class="f-r2" d="M5 9.2.4 1h9.2z"/>',
    "r3": '<circle class="f-r3" cx="5" cy="5" r="4.2"/>',
    "r0": '<circle class="f-r0" cx="5" cy="5" r="3.7" stroke-dasharray="2.3 1.6"/>',
}


def region(code: str) -> SafeString:
    """▲ ▼ ● and, hollow and dashed, the unknown."""
    shape = SHAPES[words.region_class(code)]
    return mark_safe(f'<svg viewBox="0 0 10 10" aria-hidden="true">{shape}</svg>')  # noqa: S308 -- our own shapes


def badge(code: str) -> SafeString:
    """Mark, numeral and word of a region."""
    text = f"{words.NUMERALS.get(code, '')} {words.BADGES.get(code, words.BADGES['unknown'])}".strip()
    return format_html('<span class="chip {}">{}{}</span>', words.region_class(code), region(code), text)


def provenance(code: str) -> SafeString:
    """Measured solid, estimated dashed, unknown dotted."""
    css = code[:1] if code in words.PROVENANCE else "u"
    return format_html('<span class="src {}">{}</span>', css, words.PROVENANCE.get(code, code))


def balance(mark: Balance) -> SafeString:
    """The mark of one row, 18 high. Only numbers of ours and escaped words go into it."""
    parts = [f'<line class="track" x1="{mark.margin}" x2="{mark.end}" y1="9" y2="9"/>']
    parts += [f'<line class="err s-r0" x1="{stub.x1}" x2="{stub.x2}" y1="9" y2="9"/>' for stub in mark.stubs]
    if mark.gap is not None:
        parts.append(f'<line class="gap s-{mark.css}" x1="{mark.x_cv}" x2="{mark.x_ce}" y1="9" y2="9"/>')
    if mark.ce is not None:
        x, y = mark.square
        parts.append(f'<rect class="ce" x="{x}" y="{y}" width="{mark.side}" height="{mark.side}" rx="1.5"/>')
    if mark.cv is not None:
        parts.append(f'<circle class="cv" cx="{mark.x_cv}" cy="9" r="{mark.radius}"/>')
    size = f'width="{mark.width}" height="18" viewBox="0 0 {mark.width} 18"'
    said = escape(spoken(mark))
    return mark_safe(f'<svg class="bal" {size} role="img" aria-label="{said}">{"".join(parts)}</svg>')  # noqa: S308


def spoken(mark: Balance) -> str:
    """The balance in words, for those who do not see it."""
    theirs = _("Value to the customer unknown") if mark.cv is None else _("Value to the customer %(points)s")
    ours = _("value to the company unknown") if mark.ce is None else _("value to the company %(points)s")
    return f"{_side(theirs, mark.cv, mark.cv_range)}, {_side(ours, mark.ce, mark.ce_range)}"


def _side(sentence: str, score: float | None, ends: tuple[float, float] | None) -> str:
    told = sentence if score is None else sentence % {"points": round(score)}
    if ends is None:
        return told
    interval = _("interval %(low)s to %(high)s") % {"low": round(ends[0]), "high": round(ends[1])}
    return f"{told} ({interval})"
