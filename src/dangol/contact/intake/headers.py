"""What a column is, by its heading, in Korean and in English."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _

from dangol.contact.intake.kinds import KINDS
from dangol.contact.intake.kinds.kind import Kind, Type
from dangol.contact.intake.kinds.rules import BRACKETS
from dangol.lib.errors import WrongUse


class WrongMapping(WrongUse):
    """A mapping names a field or a column that there is not, or leaves out one that is needed."""


# Who somebody is by, in files that are not of transactions.
EMAIL = frozenset((
    "이메일", "이메일주소", "메일", "메일주소", "전자우편", "전자우편주소", "email", "emailaddress", "mail",
))  # fmt: skip
_SIGNS = re.compile(r"[\s_\-./:·*#]+")
_RANKS = {
    kind.name: {
        field.name: {word: rank for rank, word in enumerate(dict.fromkeys(field.words.split()))}
        for field in kind.fields
    }
    for kind in KINDS.values()
}  # fmt: skip
# By these rows are put together: what stands under them is never taken for barcodes.
_CODES = {
    word
    for kind in KINDS.values() for field in kind.fields
    if field.type in (Type.CUSTOMER, Type.CODE, Type.PHONE) and not field.barcode
    for word in field.words.split()
}  # fmt: skip


def plain(heading: str) -> str:
    """A heading without case, spaces, signs and what stands in brackets: "판매 금액(원)" → "판매금액"."""
    text = unicodedata.normalize("NFC", heading).casefold()
    return _SIGNS.sub("", BRACKETS.sub("", text)) or _SIGNS.sub("", text)


def whole(heading: str) -> str:
    """The same with what stands in brackets, where a word knows it: "수신동의(SMS)" → "수신동의sms"."""
    return _SIGNS.sub("", BRACKETS.sub(r"\1", unicodedata.normalize("NFC", heading).casefold()))


def known(headings: Sequence[str]) -> int:
    """How many different fields the headings name, of the kind of which they name most: a line of headings has more
    than a line of data.
    """
    words = {plain(heading) for heading in headings if heading}
    return max(_named(words, ranks.values()) for ranks in _RANKS.values())


def _named(words: set[str], ranks: Iterable[Mapping[str, int]]) -> int:
    listed = list(ranks)
    more = 0 if any(words & EMAIL & set(one) for one in listed) else bool(words & EMAIL)
    return sum(bool(words & set(one)) for one in listed) + more


def codes(headings: Sequence[str]) -> set[int]:
    """The places of columns that hold numbers of people, receipts and the like, whatever kind of file it is."""
    return {place for place, heading in enumerate(headings) if plain(heading) in _CODES}


def guessed(kind: Kind, headings: Sequence[str]) -> dict[str, str]:
    """Field → heading, the surest word first, as the kind settles it; of headings that there are."""
    mapping: dict[str, str] = {}
    taken: set[str] = set()
    told = set().union(*_RANKS[kind.name].values())
    words = [whole(heading) if whole(heading) in told else plain(heading) for heading in headings]
    for field, ranks in _RANKS[kind.name].items():
        fitting = [
            (ranks[word], place, heading)
            for place, (word, heading) in enumerate(zip(words, headings, strict=True))
            if word in ranks and heading not in taken
        ]
        if fitting:
            mapping[field] = min(fitting)[2]
            taken.add(mapping[field])
    return settled(kind, mapping, headings)


def settled(kind: Kind, mapping: Mapping[str, str], headings: Sequence[str]) -> dict[str, str]:
    """The mapping as the kind settles it: what fields mean beside each other, of headings that there are."""
    return {field: heading for field, heading in kind.settle(mapping).items() if heading in headings}


def chosen(kind: Kind, given: Mapping[str, str], headings: Sequence[str]) -> dict[str, str]:
    """The mapping to go by: the given one if it names all that is needed and wished for, else with the rest guessed.

    Raises WrongMapping naming a field or column that there is not, or what is missing still.
    """
    if not kind.missing(given) and not kind.unsaid(given):
        return _checked(kind, given, headings)
    free = {field: one for field, one in guessed(kind, headings).items() if one not in given.values()}
    filled = free | dict(given)
    stand_ins = {field: one for field, one in kind.settle(filled).items() if field in kind.unsaid(filled)}
    return _checked(kind, filled | stand_ins, headings)


def _checked(kind: Kind, mapping: Mapping[str, str], headings: Sequence[str]) -> dict[str, str]:
    columns = ", ".join(headings)
    for field, heading in mapping.items():
        if field not in kind.labels:
            raise WrongMapping(
                _("There is no field “%(field)s”; the fields are %(fields)s.")
                % {"field": field, "fields": ", ".join(kind.labels)}
            )
        if not kind.may_be(field, heading, headings):
            raise WrongMapping(
                _("There is no column “%(column)s” in the file; its columns are %(columns)s.")
                % {"column": heading, "columns": columns}
            )
    if gap := kind.missing(mapping):
        raise WrongMapping(
            _("Say which column is: %(fields)s. The columns of the file are %(columns)s.")
            % {"fields": ", ".join(str(kind.labels[field]) for field in gap), "columns": columns}
        )
    return dict(mapping)
