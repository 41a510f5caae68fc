"""Staff acting for a customer: on whose word, how it reached us, and how it was made sure who that is.

A guardian, or somebody the customer authorised, shows a paper that lets them act. The access log keeps it as a code
before the reason (`for:person:phone:call_back`), in which nothing stands that somebody typed.
"""

from dataclasses import dataclass
from typing import Self

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from dangol.lib.errors import DangolError

MARK = "for:"


class Who(models.TextChoices):
    """On whose word somebody acts for a customer."""

    PERSON = "person", pgettext_lazy("who answered", "The customer")
    GUARDIAN = "guardian", gettext_lazy("Their legal guardian")
    AGENT = "agent", gettext_lazy("Somebody they authorised")


class Way(models.TextChoices):
    """How their word reached us."""

    PHONE = "phone", gettext_lazy("By phone")
    COUNTER = "counter", gettext_lazy("At the counter")
    DOOR = "door", gettext_lazy("At the door")
    PAPER = "paper", gettext_lazy("On paper")
    MESSAGE = "message", gettext_lazy("By text message")
    EMAIL = "email", gettext_lazy("By e-mail")
    MAIL = "mail", gettext_lazy("By letter or e-mail")
    WEB = "web", gettext_lazy("On the web")


class Sure(models.TextChoices):
    """How it was made sure who that is."""

    CALL_BACK = "call_back", gettext_lazy("Called back on the number on file")
    CARD = "card", gettext_lazy("Identity card seen")
    KNOWN = "known", gettext_lazy("Known to us in person")
    ANSWERS = "answers", gettext_lazy("Answered what only they know")
    PAPERS = "papers", gettext_lazy("Power of attorney or family papers seen")
    REQUEST = "request", gettext_lazy("Made sure with the request")


OF_THEMSELVES = (Sure.CALL_BACK, Sure.CARD, Sure.KNOWN, Sure.ANSWERS)
OTHERS = (Who.GUARDIAN, Who.AGENT)


class NotMadeSure(DangolError):
    """Something is to be changed on somebody's word, and nobody made sure whose word it is."""


@dataclass(frozen=True)
class OnBehalf:
    """On whose word, by which way, and how it was made sure who that is ("" where it was not).

    `evidence`: where the paper of a guardian or an agent can be seen again, or the number of a call; it stays with what
    was changed and never reaches the log.
    """

    who: str
    way: str
    sure: str = ""
    evidence: str = ""

    @property
    def code(self) -> str:
        """As the access log keeps it."""
        return f"{MARK}{self.who}:{self.way}:{self.sure}"

    @classmethod
    def read(cls, code: str) -> Self | None:
        """What such a code says; None for any other text."""
        mark, *said = code.split(":")
        known = (Who.values, ["", *Way.values], ["", *Sure.values])
        if f"{mark}:" != MARK or len(said) != len(known):
            return None
        return cls(*said) if all(word in words for word, words in zip(said, known, strict=True)) else None

    @property
    def words(self) -> str:
        """For people: for the customer, who said it where that is somebody else, how it came, how it was made sure."""
        who = str(Who(self.who).label) if self.who in OTHERS else ""
        way, sure = (str(kind(code).label) if code else "" for kind, code in ((Way, self.way), (Sure, self.sure)))
        return " · ".join(filter(None, (pgettext("on behalf", "For the customer"), who, way, sure)))

    def refuse_unsure(self) -> None:
        """Raise NotMadeSure unless it was made sure who asks, and that they may where it is somebody else."""
        if self.who not in Who.values or self.way not in Way.values:
            raise NotMadeSure(_("Say on whose word you change this, and how it came."))
        if self.sure == Sure.REQUEST:
            return
        if self.who in OTHERS and not (self.sure == Sure.PAPERS and self.evidence.strip()):
            raise NotMadeSure(
                _(
                    "Whoever acts for a customer has to show that they may. See the power of attorney or the family"
                    " papers, and write down where they can be seen again."
                )
            )
        if self.who == Who.PERSON and self.sure not in OF_THEMSELVES:
            raise NotMadeSure(
                _("First make sure that it is the customer: call back the number on file, or see their identity card.")
            )


def marked(reason: str, on_behalf: OnBehalf | None) -> str:
    """The reason as the access log keeps it; one that somebody typed never passes for a code."""
    if on_behalf is not None:
        return f"{on_behalf.code} {reason}".rstrip()
    return f"“{reason}”" if reason.startswith(MARK) else reason


def told(reason: str) -> tuple[OnBehalf | None, str]:
    """The other way round: on whose behalf, where it was on anybody's, and the reason."""
    code, _sep, rest = reason.partition(" ")
    found = OnBehalf.read(code)
    return (None, reason) if found is None else (found, rest)
