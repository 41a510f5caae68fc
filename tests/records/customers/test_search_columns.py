"""What many people at once are found by is what each alone is found by."""

from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from dangol.records.customers.search_columns import cut, simple
from dangol.records.customers.search_terms import Person, card, terms

TEXTS = st.text(max_size=12)
PEOPLE = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["", "김단골", "남궁 단비", "John Kim", "㈜단골유통", "ㄱㄷㄱ", "#"]) | TEXTS,
        "address": st.sampled_from([" ", "마포구 서울 마포구 단골로 9, 101동 202호", "부산 부산진구 (대연동)"]) | TEXTS,
        "phones": st.lists(st.sampled_from(["+821012345678", "+85221234567", "+82 10-1234"]) | TEXTS, max_size=2),
        "emails": st.lists(
            st.sampled_from(["dan.gol@naver.com", "a@b.kr", "a@b@b.kr", "@b.kr", "A@B.KR", "a\n@b.kr"]) | TEXTS,
            max_size=2,
        ),
        "numbers": st.lists(st.sampled_from(["B-0012", "M1", "-", "단골 7"]) | TEXTS, max_size=2),
    }
)


class TestColumns:
    @given(st.lists(PEOPLE, max_size=4))
    @example(
        [{"name": "김단골", "address": "마포구 1", "phones": ["+821012345678"] * 2, "emails": [], "numbers": ["B-1"]}]
    )
    def test_give_what_each_alone_is_given(self, people: list[dict[str, Any]]) -> None:
        told = dict(enumerate((Person(**person) for person in people), 5))
        reached = [
            (one, kind, value)
            for one, person in told.items()
            for kind, values in (("phone", person.phones), ("email", person.emails), ("number", person.numbers))
            for value in values
        ]
        found = simple([(one, person.name, person.address) for one, person in told.items()], reached, ())
        cards, pairs = cut(found)
        alone = {one: card(told[one]) for one in found.ids.tolist()}
        assert dict(zip(*cards.to_pydict().values(), strict=True)) == alone
        assert sorted(zip(*pairs.to_pydict().values(), strict=True)) == sorted(
            (term, one) for one, lines in alone.items() for term in terms(lines)
        )

    def test_leave_out_who_has_more_or_is_written_oddly(self) -> None:
        people = [(1, "김단골", "마포구 1"), (2, "이산", ""), (3, "#", ""), (4, "박", ""), (6, "", "")]
        reached = [(1, "phone", "+821012345678"), (2, "phone", "+821012345678"), (2, "phone", "+821099995678"),
                   (1, "number", "B-1"), (1, "email", "a@b.kr"), (9, "phone", "+821012345678")]  # fmt: skip
        assert simple(people, reached, {4}).ids.tolist() == [1, 6]
