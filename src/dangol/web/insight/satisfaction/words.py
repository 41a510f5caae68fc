"""What measures, sides of the service and questions are called, and why a figure is not there."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dangol.insight.analysis.surveys.asked import Role
from dangol.insight.analysis.surveys.drivers import FEWEST as FEWEST_DRIVERS
from dangol.insight.analysis.surveys.figures import FEWEST
from dangol.web.shell.figures import count

MEASURES: dict[str, str | Promise] = {
    "acsi": gettext_lazy("ACSI-type index"),
    "kcsi": gettext_lazy("KCSI-type index"),
    "csat": pgettext_lazy("share of those who answered", "Satisfied"),
    "nps": gettext_lazy("Net promoter score (NPS)"),
}
SCALES = {"acsi": "1–10", "kcsi": "1–7", "csat": "1–5, 1–7", "nps": "0–10"}
SIDES: dict[str, str | Promise] = {
    "convenience": gettext_lazy("Convenience"),
    "trust": gettext_lazy("Trust"),
    "brand": gettext_lazy("Brand"),
    "care": gettext_lazy("Personal care"),
    "commitment": gettext_lazy("Commitment"),
    "satisfaction": pgettext_lazy("what a survey measures", "Satisfaction"),
    "loyalty": pgettext_lazy("what a survey measures", "Loyalty"),
}
GROUPS: dict[str, str | Promise] = {
    "line": gettext_lazy("The latest wave by line of business"),
    "unit_code": gettext_lazy("The latest wave by shop or dealer"),
}
ROLES: dict[str, str | Promise] = {
    Role.OVERALL: gettext_lazy("How satisfied, all in all"),
    Role.EXPECTED: gettext_lazy("Compared with what was expected"),
    Role.IDEAL: gettext_lazy("Compared with the ideal"),
    Role.RECOMMEND: gettext_lazy("Whether they would recommend us"),
    Role.REPURCHASE: gettext_lazy("Whether they would buy again"),
    Role.ELEMENT: gettext_lazy("One side of the service"),
    Role.OTHER: gettext_lazy("None of these"),
}


def side(name: str) -> str:
    """A side of the service in words; one that somebody named themselves as they named it."""
    return str(SIDES.get(name, name))


def why_not(measure: str, missing: list[str]) -> str:
    """Why a measure is not there."""
    if missing == ["few"]:
        return _("Fewer than %(n)s people answered what it needs; a figure of so few would say who answered what.") % {
            "n": FEWEST
        }
    if missing == ["broken"]:
        return _("Some answers are no whole steps of their scale.")
    kinds: dict[str, list[str]] = {"item": [], "scale": []}
    for code in missing:
        kind, _colon, role = code.partition(":")
        kinds[kind].append(str(ROLES[role]))
    told = []
    if kinds["item"]:
        told.append(_("Not asked: %(questions)s.") % {"questions": ", ".join(kinds["item"])})
    if kinds["scale"]:
        told.append(_("Asked, but not on the scale %(scale)s: %(questions)s.") % {
            "scale": SCALES[measure], "questions": ", ".join(kinds["scale"]),
        })  # fmt: skip
    return " ".join(told)


def why_no_drivers(told: dict[str, Any]) -> str:
    """Why nothing is said of what drives satisfaction."""
    match told["missing"]:
        case "goal":
            return _("Nobody was asked how satisfied they are, whether they would buy again or recommend us.")
        case "elements":
            return _("There are no questions about the sides of the service, so none can be told from another.")
        case "few":
            return _(
                "%(n)s people answered every question. What drives satisfaction can be told from %(fewest)s people on."
            ) % {"n": count(told["complete"]), "fewest": FEWEST_DRIVERS}
        case "against":
            return _(
                "These questions go against others about the same thing: %(questions)s. If they are asked the other way"
                " round, turn their answers round in the file and import it again."
            ) % {"questions": ", ".join(f"“{one}”" for one in told["against"])}
        case _:
            return _("The answers do not hang together as the questions say: the computation did not come to rest.")
