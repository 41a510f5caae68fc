"""Who is meant by a text: lanes of terms one behind the other, the surest first, each walked in its own order.

    search("단골", among=viewer.customers, limit=20)

A lane is a stretch of the sorted terms, so the first of it are read without looking at the others, however many there
are. Where whoever asks sees only few customers, their cards are looked through instead. Who sees people in part finds
nobody by what is hidden from them, unless it is a number they know whole: else it could be read letter by letter.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from django.db.models import Case, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.lookups import IsNull

from dangol.lib import hangul
from dangol.records.customers.models import Customer, CustomerQuerySet, SearchCard, SearchTerm
from dangol.records.customers.search_terms import dialled, plain, squeezed

LONGEST = 120  # letters of a text that are looked at
FEW = 5_000  # customers whose cards are looked through
SHORT = 2_000  # terms that are put in order one by one
RARE = 4_000  # customers of one of several words who are all looked at
LOOKED = 10_000  # cards looked at where every word of several is that of more
END, BEGINNING = 4, 3  # figures that tell something of a phone number
_LAST = "\U0010ffff"
_NUMBER_SIGNS = "+-() ./0123456789"
_PARTS = re.compile(r"[.@_+\-]")
_LATIN = re.compile("[a-z]")
_LINE = "[^\n]"


class FoundBy(StrEnum):
    """What of a customer a text leads to."""

    NAME = "name"
    INITIALS = "initials"
    PHONE = "phone"
    NUMBER = "number"
    EMAIL = "email"
    ADDRESS = "address"
    WORDS = "words"


class Hit(NamedTuple):
    """A customer who may be meant, and by what they were found."""

    customer: int
    by: FoundBy


@dataclass(frozen=True)
class Hits:
    """Who may be meant, the likeliest first, and whether there are more."""

    hits: list[Hit] = field(default_factory=list)
    more: bool = False

    @property
    def customers(self) -> list[int]:
        """Their ids, in order."""
        return [hit.customer for hit in self.hits]


@dataclass(frozen=True)
class Lane:
    """One stretch of the terms: those that begin so, or the one that is so; `beside` is looked for in the rest of each.

    `card` finds the same people by their cards, of which each holds `sign`. by_name: put in order by name, as the
    stretch has no order of its own.
    """

    by: FoundBy
    begins: str
    card: str
    beside: str = ""
    whole: bool = False
    by_name: bool = False

    @property
    def sign(self) -> str:
        """What stands on every card that is meant, letter by letter; "" where only initials are known."""
        if self.beside or self.by is FoundBy.INITIALS:
            return ""
        return self.begins[:0:-1] if self.by_name else self.begins[1:]

    @property
    def guesses(self) -> bool:
        """Whether by it what is masked could be read letter by letter; a number's last figures are not masked."""
        if self.whole:
            return False
        if self.by is FoundBy.PHONE:
            return not (self.by_name and len(self.sign) == END)
        return self.by in {FoundBy.NUMBER, FoundBy.EMAIL, FoundBy.ADDRESS}

    @property
    def terms(self) -> QuerySet[SearchTerm]:
        """The stretch."""
        if self.whole:
            return SearchTerm.objects.filter(term=self.begins)
        terms = SearchTerm.objects.filter(term__gte=self.begins, term__lt=self.begins + _LAST)
        return terms.filter(term__regex=self.beside) if self.beside else terms


def search(text: str, *, among: CustomerQuerySet, limit: int, unfinished: bool = False, in_part: bool = False) -> Hits:
    """Who of those may be meant. unfinished: the last syllable is still being typed (다 may become 단). in_part: who
    asks sees people masked.
    """
    wanted = plain(" ".join(text.split()))[:LONGEST]
    raw = " ".join(text.split())[:LONGEST]
    if not squeezed(wanted):
        return Hits()
    lanes = [lane for lane in lanes_of(wanted, raw, unfinished=unfinished) if not (in_part and lane.guesses)]
    words = [word for word in wanted.split() if squeezed(word)]
    if _is_everybody(among):
        narrowed = None
    elif among.order_by()[: FEW + 1].count() <= FEW:
        return _by_cards(lanes, words, among, limit, in_part=in_part)
    else:
        narrowed = among
    found: dict[int, FoundBy] = {}
    for lane in lanes:
        _walk(lane, found, narrowed, limit)
        if len(found) > limit:
            break
    left = len(found) <= limit and len(words) > 1 and _walk_words(words, found, narrowed, limit, in_part=in_part)
    return _told(found, limit, more=left)


def lanes_of(wanted: str, raw: str = "", *, unfinished: bool = False) -> Iterator[Lane]:
    """The lanes of a text, the surest first; `raw` is the text as the keys were struck."""
    yield from _named(squeezed(hangul.parted(wanted)))
    yield from _numbered(wanted)
    yield from _written(wanted)
    if " " not in wanted and not wanted[0].isdigit():
        yield _address(squeezed(wanted))
    name = squeezed(wanted)
    if name.endswith("님") and len(name) > 2:
        yield from _named(name[:-1])
    yield from _wrong_keyboard(wanted, raw or wanted)
    if unfinished:
        yield from _unfinished(name)


def _named(name: str) -> Iterator[Lane]:
    """By a name or a part of one, of which some or all letters may be initial consonants alone."""
    if not name:
        return
    pattern = "".join(_letter(char) for char in name)
    if not any(char in hangul.INITIALS for char in name):
        yield Lane(FoundBy.NAME, f"N{name}", f"\nN{pattern}")
        yield Lane(FoundBy.NAME, f"M{name}", f"\nN{_LINE}+{pattern}")
    elif hangul.is_initials(name):
        yield Lane(FoundBy.INITIALS, f"I{name}", f"\nN{pattern}")
        yield Lane(FoundBy.INITIALS, f"J{name}", f"\nN{_LINE}+{pattern}")
    else:
        yield from _growing(name, pattern)


def _growing(name: str, pattern: str) -> Iterator[Lane]:
    """By the initials of the whole, with the letters that are known looked for beside them."""
    first = hangul.initials(name)
    yield Lane(FoundBy.NAME, f"I{first}", f"\nN{pattern}", beside=f"^I[^ ]* {pattern}")
    yield Lane(FoundBy.NAME, f"J{first}", f"\nN{_LINE}+{pattern}", beside=f"^J[^ ]* .+{pattern}")


def _unfinished(name: str) -> Iterator[Lane]:
    """By a name whose last syllable has no final yet."""
    first, last = hangul.range_of(name[-1])
    if first != last and name[-1] not in hangul.INITIALS:
        pattern = "".join(_letter(char) for char in name[:-1]) + f"[{first}-{last}]"
        yield from _growing(name, pattern)


def _letter(char: str) -> str:
    if char in hangul.INITIALS:
        first, last = hangul.range_of(char)
        return f"[{char}{first}-{last}]"
    return re.escape(char)


def _numbered(wanted: str) -> Iterator[Lane]:
    """By a phone number, whole, from either end or however written, and by a number of theirs."""
    digits = dialled(wanted) if not wanted.strip(_NUMBER_SIGNS) else ""
    number = squeezed(wanted)
    if len(digits) > END:
        yield Lane(FoundBy.PHONE, f"P{digits}", f"\nP{digits}\n", whole=True)
    if number:
        yield Lane(FoundBy.NUMBER, f"C{number}", f"\nC{number}\n", whole=True)
    if len(digits) >= END:
        yield Lane(FoundBy.PHONE, f"R{digits[::-1]}", f"\nP{_LINE}*{digits}\n", by_name=True)
    if number:
        yield Lane(FoundBy.NUMBER, f"C{number}", f"\nC{number}")
    if len(digits) >= BEGINNING:
        yield Lane(FoundBy.PHONE, f"P{digits}", f"\nP{digits}")


def _written(wanted: str) -> Iterator[Lane]:
    """By an e-mail address, from its beginning or that of a later word."""
    if " " in wanted or not wanted.isascii() or not (_LATIN.search(wanted) or "@" in wanted):
        return
    word = re.escape(wanted)
    yield Lane(FoundBy.EMAIL, f"E{wanted}", f"\nE{word}")
    later = wanted.lstrip("@.")
    if later:
        # The last word of all (com) is in no lane.
        rest = "" if _PARTS.search(later) else f"{_LINE}*[.@_+-]"
        yield Lane(FoundBy.EMAIL, f"F{later}", f"\nE{_LINE}+[.@_+-]{re.escape(later)}{rest}")


def _address(word: str) -> Lane:
    return Lane(FoundBy.ADDRESS, f"A{word}", f"\nA{re.escape(word)}")


def _wrong_keyboard(wanted: str, raw: str) -> Iterator[Lane]:
    """By what the same keys would have made with the other keyboard on."""
    if _LATIN.search(wanted):
        for struck in dict.fromkeys((raw, wanted)):
            meant = hangul.parted(squeezed(hangul.typed_in_hangul(struck)))
            if all(map(hangul.is_syllable, meant)) or hangul.is_initials(meant):
                yield from _named(meant)
                yield _address(meant)
    meant = plain(hangul.typed_in_latin(wanted))
    if meant != wanted and meant.isascii():
        yield from _named(squeezed(meant))
        yield Lane(FoundBy.NUMBER, f"C{squeezed(meant)}", f"\nC{squeezed(meant)}")
        yield from _written(meant)


def _walk(lane: Lane, found: dict[int, FoundBy], among: CustomerQuerySet | None, limit: int) -> None:
    """Take from the lane who is not there yet, until one more than wanted is there."""
    if lane.by_name:
        few = list(lane.terms.values_list("customer_id", flat=True)[: SHORT + 1])
        if len(few) <= SHORT:
            return _take(_by_name(few, among), lane.by, found, limit)
    return _take(_walked(lane.terms, among), lane.by, found, limit)


def _walked(terms: QuerySet[SearchTerm], among: CustomerQuerySet | None) -> "QuerySet[SearchTerm, int]":
    """Whose terms they are, in order."""
    if among is not None:
        terms = terms.filter(_there(among, "customer_id"))
    return terms.order_by("term", "customer_id").values_list("customer_id", flat=True)


def _by_name(ids: Iterable[int], among: CustomerQuerySet | None, *also: IsNull) -> "QuerySet[Customer, int]":
    """Those of a few customers whom whoever asks may see, by name."""
    people = Customer.objects.filter(*also, pk__in=ids)
    if among is not None:
        people = people.filter(_there(among, "pk"))
    return people.order_by("full_name", "id").values_list("pk", flat=True)


def _there(rows: "QuerySet[Any]", key: str) -> IsNull:
    """Whether there is such a row of a customer: looked up one by one along the way, whatever the planner thinks."""
    return IsNull(Subquery(rows.filter(pk=OuterRef(key)).values("pk")[:1]), False)


def _take(
    walked: "QuerySet[SearchTerm, int] | QuerySet[Customer, int]", by: FoundBy, found: dict[int, FoundBy], limit: int
) -> None:
    start = 0
    while len(found) <= limit:
        # Somebody may stand in a lane twice, or in one before: a few more than are wanted are asked for.
        length = limit + 1 + len(found) // 2
        part = list(walked[start : start + length])
        for one in part:
            found.setdefault(one, by)
        start += length
        if len(part) < length:
            return


def _by_cards(lanes: list[Lane], words: list[str], among: CustomerQuerySet, limit: int, *, in_part: bool) -> Hits:
    """The same of few people, by their cards."""
    if not lanes and len(words) < 2:
        return Hits()
    places = [When(lines__regex=lane.card, then=Value(place)) for place, lane in enumerate(lanes)]
    bys, matching = [lane.by for lane in lanes], _on_card(lanes)
    if len(words) > 1:
        all_words = _has_all(words, in_part=in_part)
        places.append(When(all_words, then=Value(len(lanes))))
        bys.append(FoundBy.WORDS)
        matching |= all_words
    mine = SearchCard.objects.filter(matching, pk=OuterRef("pk"))
    lane_of = Subquery(mine.annotate(lane=Case(*places, output_field=IntegerField())).values("lane")[:1])
    people = among.annotate(found_in=lane_of).filter(found_in__isnull=False).order_by("found_in", "full_name", "id")
    return _told({one: bys[place] for one, place in people.values_list("pk", "found_in")[: limit + 1]}, limit)


def _walk_words(
    words: list[str], found: dict[int, FoundBy], among: CustomerQuerySet | None, limit: int, *, in_part: bool
) -> bool:
    """Take who has every word somewhere: all of the rarest word are looked at, or, where every word is common, the
    first thousands of one. Whether some were not looked at.
    """
    lanes = {word: _of_word(word, in_part=in_part) for word in words}
    often = {word: sum(lane.terms[: RARE + 1].count() for lane in mine) for word, mine in lanes.items() if mine}
    if not often:
        return False
    rarest = min(often, key=lambda word: often[word])
    if often[rarest] <= RARE:
        few = {one for lane in lanes[rarest] for one in lane.terms.values_list("customer_id", flat=True)}
        others = _there(
            SearchCard.objects.filter(_has_all([word for word in words if word != rarest], in_part=in_part)), "pk"
        )
        _take(_by_name(few, among, others), FoundBy.WORDS, found, limit)
        return False
    # Those of a name come in the order of names, so that people of every district are among the first.
    driver = max(often, key=lambda word: (any(map(_is_long, lanes[word])), -often[word]))
    rest = _has_all([word for word in words if word != driver], in_part=in_part)
    others = _there(SearchCard.objects.filter(rest), "customer_id")
    cut = False
    for lane in lanes[driver]:
        end = lane.terms.order_by("term").values_list("term", flat=True)[LOOKED : LOOKED + 1].first()
        terms = lane.terms.filter(others) if end is None else lane.terms.filter(others, term__lt=end)
        _take(_walked(terms, among), FoundBy.WORDS, found, limit)
        cut = cut or end is not None
    return cut


def _is_long(lane: Lane) -> bool:
    """Whether it is that of a name of very many."""
    return lane.begins[0] == "N" and lane.terms[: RARE + 1].count() > RARE


def _of_word(word: str, *, in_part: bool) -> list[Lane]:
    """The lanes one word of several may be in; none for a figure of an address."""
    if word[0].isdigit() and len(dialled(word)) < END:
        return []
    lanes = [*_named(squeezed(word)), *_numbered(word), *_written(word)]
    lanes += [] if word[0].isdigit() else [_address(squeezed(word))]
    return [lane for lane in lanes if not (in_part and lane.guesses)]


def _has_all(words: list[str], *, in_part: bool) -> Q:
    """Cards that have every word somewhere: in the name, a number, or where a word of theirs begins."""
    told = Q()
    for word in words:
        figure = squeezed(word)
        further = [] if in_part else [Lane(FoundBy.ADDRESS, f"a{figure}", f"\na{re.escape(figure)}")]
        told &= _on_card([*_of_word(word, in_part=in_part), *further])
    return told


def _on_card(lanes: list[Lane]) -> Q:
    """Cards in one of the lanes. What can be told letter by letter is looked for first: it is
    quicker by far.
    """
    if not lanes:
        return Q(pk__in=[])
    lines = "|".join(dict.fromkeys(lane.card[1:] for lane in lanes))
    matching = Q(lines__regex=f"\n(?:{lines})")
    if not all(lane.sign for lane in lanes):
        return matching
    signs = Q()
    for sign in _shortest({lane.sign for lane in lanes}):
        signs |= Q(lines__contains=sign)
    return signs & matching


def _shortest(signs: set[str]) -> list[str]:
    """Those that hold none of the others."""
    return sorted(one for one in signs if not any(other != one and other in one for other in signs))


def _is_everybody(among: CustomerQuerySet) -> bool:
    """Whether nobody is left out: of whoever is not known there is no term."""
    return str(among.order_by().query) in {str(Customer.objects.known().query), str(Customer.objects.all().query)}


def _told(found: dict[int, FoundBy], limit: int, *, more: bool = False) -> Hits:
    hits = [Hit(one, by) for one, by in found.items()]
    return Hits(hits[:limit], more=more or len(hits) > limit)
