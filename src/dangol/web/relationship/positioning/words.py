"""A portfolio in words: one headline, what each move is, how sure the money is."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dangol.insight.relationship.positioning.learning import LEARNED, Shift
from dangol.insight.relationship.positioning.queries import Positioned, Row
from dangol.web.shell.figures import decimals, money, money_about, people

type Word = str | Promise

MOVES: dict[str, Word] = {
    "A_B": gettext_lazy("A → B: sell more to who gets more"),
    "C_D": gettext_lazy("C → D: care for who gives more"),
    "up": gettext_lazy("In balance: up along the line"),
}
MOVES_OF_USE = MOVES | {"A_B": gettext_lazy("A → B: invite who gets more to use more")}


def headline(found: Positioned) -> str:
    """What to do and what it brings, in one sentence."""
    if not found.in_balance and not any(found.off_line.values()):
        return _(
            "Nobody's place on the map is known yet, so there is nobody to choose for. Ask customers, or take in what"
            " they got: discounts, points, gifts."
        )
    if not found.customers:
        return _("With %(budget)s nothing can be done that brings both sides more than it costs.") % {
            "budget": money(found.budget)
        }
    told = {
        "people": people(found.customers), "cost": money(found.cost), "company": money_about(found.company.value),
        "customer": money_about(found.customer.value),
    }  # fmt: skip
    if found.before is None or found.after is None:
        return (
            _("Do something for %(people)s at %(cost)s: you gain about %(company)s a year, they %(customer)s.") % told
        )
    told |= {"before": decimals(found.before, 1), "after": decimals(found.after, 1)}
    if told["before"] == told["after"]:
        return (
            _(
                "Do something for %(people)s at %(cost)s: you gain about %(company)s a year, they %(customer)s."
                " Unfairness stays at %(after)s points."
            )
            % told
        )
    return (
        _(
            "Do something for %(people)s at %(cost)s: you gain about %(company)s a year, they %(customer)s,"
            " and unfairness goes from %(before)s to %(after)s points."
        )
        % told
    )


def doubts(found: Positioned) -> list[str]:
    """What to keep in mind before believing it."""
    told = []
    chosen = found.chosen
    stated = [row for row in chosen if row.expected_company.source != LEARNED]
    if stated:
        told.append(
            ngettext(
                "%(n)s of the programmes rests on an assumption: no campaign with it was measured yet.",
                "%(n)s of the programmes rest on assumptions: no campaign with them was measured yet.",
                len(stated),
            )
            % {"n": len(stated)}
        )
    if chosen and found.company.value < found.cost:
        told.append(_("You are expected to spend more than comes back to you: what is gained, customers gain."))
    elif chosen and found.company.low < found.cost:
        told.append(_("The interval of your own gain begins below the cost: less may come back to you than you spend."))
    if found.unseen:
        told.append(
            _(
                "What %(people)s gain cannot be placed on the map, since no discounts, points or gifts of theirs are on"
                " record. They get only what is expected to bring them more than you, and count in unfairness as"
                " unmoved."
            )
            % {"people": people(found.unseen)}
        )
    if found.after is not None and found.before is not None and chosen and found.before - found.after < 0.5:
        told.append(_("Unfairness hardly moves. Money of this size changes few places on the map."))
    return told


def source(shift: Shift) -> str:
    """Where an expected shift comes from."""
    if shift.source != LEARNED:
        return _("assumed")
    return ngettext("learned from %(n)s campaign", "learned from %(n)s campaigns", shift.campaigns) % {
        "n": shift.campaigns
    }


def moves(row: Row, *, by_use: bool = False) -> list[tuple[Word, int]]:
    """The moves a programme makes, those that somebody makes; by_use: of a business that sells nothing."""
    return [(words, row.moves[move]) for move, words in moves_named(by_use=by_use).items() if row.moves[move]]


def moves_named(*, by_use: bool) -> dict[str, Word]:
    """What each move is; by_use: of a business that sells nothing."""
    return MOVES_OF_USE if by_use else MOVES
