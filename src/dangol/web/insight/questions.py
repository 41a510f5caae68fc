"""The questions that Insight answers, in the order in which a shop asks them.

Each has a page of its own and a row here: what is asked, what was found last, how its work stands, how it is asked
anew as it was asked last.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dangol.insight.analysis.groups.names import RFM_KIND
from dangol.insight.analysis.leaving.queries import foretold
from dangol.insight.analysis.leaving.settings import LeavingSettings
from dangol.insight.analysis.queries import latest_run
from dangol.insight.analysis.rhythm.names import KIND as RHYTHM
from dangol.insight.relationship.back_test.names import KIND as BACK_TEST
from dangol.insight.relationship.validity.names import KIND as VALIDITY
from dangol.insight.warehouse.rfm import SCORES
from dangol.lib.languages import speaks
from dangol.records.staff.models import User
from dangol.web.insight.answers import Answer
from dangol.web.insight.baskets import tasks as baskets_tasks
from dangol.web.insight.baskets import words as baskets
from dangol.web.insight.contracts import tasks as contracts_tasks
from dangol.web.insight.contracts import words as contracts
from dangol.web.insight.feedback import tasks as feedback_tasks
from dangol.web.insight.feedback import told as feedback
from dangol.web.insight.groups import tasks as groups_tasks
from dangol.web.insight.groups import told as groups
from dangol.web.insight.leaving import tasks as leaving_tasks
from dangol.web.insight.leaving import words as leaving
from dangol.web.insight.rhythm import tasks as rhythm_tasks
from dangol.web.insight.rhythm import words as rhythm
from dangol.web.insight.satisfaction import forms as surveys
from dangol.web.insight.satisfaction import tasks as satisfaction_tasks
from dangol.web.insight.satisfaction import told as satisfaction
from dangol.web.relationship.back_test import tasks as back_test_tasks
from dangol.web.relationship.back_test import words as back_test
from dangol.web.relationship.validity import tasks as validity_tasks
from dangol.web.relationship.validity import words as validity
from dangol.web.start import work


@dataclass(frozen=True)
class Question:
    """One row of the index: url name of its page, icon, the question, what the answer is good for.

    answered: what was found last, None where nobody has asked yet; key: of its work; ask: has it worked out anew.
    """

    url_name: str
    icon: str
    asked: str | Promise
    good_for: str | Promise
    answered: Callable[[], Answer | None]
    key: str
    ask: Callable[[User], None]


def _ask_rhythm(user: User) -> None:
    last = latest_run(RHYTHM)
    weeks = last.parameters.get("asked") if last else None
    work.start(rhythm_tasks.KEY, rhythm_tasks.ask, weeks, user.pk, speaks())


def _ask_back_test(user: User) -> None:
    last = latest_run(BACK_TEST)
    weeks = last.parameters.get("asked") if last else None
    work.start(back_test_tasks.KEY, back_test_tasks.ask, weeks, user.pk, speaks())


def _ask_validity(user: User) -> None:
    last = latest_run(VALIDITY)
    weeks = last.parameters.get("asked") if last else None
    work.start(validity_tasks.KEY, validity_tasks.ask, weeks, user.pk, speaks())


def _ask_leaving(user: User) -> None:
    found = foretold()
    days = found.days if found else LeavingSettings().days
    work.start(leaving_tasks.KEY, leaving_tasks.look, days, user.pk, speaks())


def _ask_contracts(user: User) -> None:
    work.start(contracts_tasks.KEY, contracts_tasks.ask, user.pk, speaks())


def _ask_groups(user: User) -> None:
    scored = latest_run(RFM_KIND)
    bins = scored.parameters["bins"] if scored else SCORES
    work.start(groups_tasks.KEY, groups_tasks.look, bins, user.pk, speaks())


def _ask_baskets(user: User) -> None:
    work.start(baskets_tasks.KEY, baskets_tasks.find, user.pk, speaks())


def _ask_feedback(user: User) -> None:
    work.start(feedback_tasks.KEY, feedback_tasks.read, user.pk, speaks())


def _ask_satisfaction(user: User) -> None:
    told = surveys.with_weights(None), surveys.with_roles({})
    work.start(satisfaction_tasks.KEY, satisfaction_tasks.look, user.pk, *told, speaks())


QUESTIONS: tuple[Question, ...] = (
    Question(
        "insight_rhythm", "loop", _("How often will customers buy?"),
        _("What to stock and staff for, and whether customers keep to their habits."),
        rhythm.answer, rhythm_tasks.KEY, _ask_rhythm,
    ),
    Question(
        "value_test", "check", _("Does value come true?"),
        _("How far to trust commitment and customer equity, tested on what then came."),
        back_test.answer, back_test_tasks.KEY, _ask_back_test,
    ),
    Question(
        "validity", "check", _("Does the fair-value line hold?"),
        _("Whether caring for those below the line is worth it, and how firm the regions are."),
        validity.answer, validity_tasks.KEY, _ask_validity,
    ),
    Question(
        "insight_leaving", "undo", _("Who will come back?"), _("Whom to think of before they stay away, and why."),
        leaving.answer, leaving_tasks.KEY, _ask_leaving,
    ),
    Question(
        "insight_contracts", "clock", _("How long do contracts last?"),
        _("For whom delivers or bills regularly: how long customers stay, and who is likely to end soon."),
        contracts.answer, contracts_tasks.KEY, _ask_contracts,
    ),
    Question(
        "insight_groups", "seg", _("Which customers belong together?"),
        _("To speak to each kind as it is, and to know who is best, leaving or stopped."),
        groups.answer, groups_tasks.KEY, _ask_groups,
    ),
    Question(
        "insight_baskets", "cart", _("What is bought together, and what comes next?"),
        _("What to lay side by side, and what to tell whom about."), baskets.answer, baskets_tasks.KEY, _ask_baskets,
    ),
    Question(
        "insight_feedback", "heart", _("How does feedback sound?"),
        _("Answer the unhappy first, and see with what they are unhappy."),
        feedback.answer, feedback_tasks.KEY, _ask_feedback,
    ),
    Question(
        "insight_satisfaction", "star", _("How satisfied are customers, and what moves it?"),
        _("What surveys say wave by wave, and what to mend first"),
        satisfaction.answer, satisfaction_tasks.KEY, _ask_satisfaction,
    ),
)  # fmt: skip


def ask_all(user: User) -> None:
    """Ask every question anew, one after the other beside the pages; those under way are left to it."""
    for question in QUESTIONS:
        question.ask(user)
