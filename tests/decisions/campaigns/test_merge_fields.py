import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.decisions.campaigns.merge_fields import MERGE_FIELDS, Person, UnknownMergeField, compiled

KIM = Person(name="김단골", unit="마포대리점", offer_ko="감사 선물", offer_en="A gift", business="우리목장")
NOBODY = Person(name="", unit="", offer_ko="", offer_en="", business="")


class TestCompiled:
    def test_fills_in_korean_and_english_fields(self) -> None:
        assert compiled("{{이름}}님, {{ 혜택 }}! {{상호}}")(KIM) == "김단골님, 감사 선물! 우리목장"
        assert compiled("Dear {{name}}: {{offer}}, {{unit}}")(KIM) == "Dear 김단골: A gift, 마포대리점"

    def test_calls_the_nameless_customer_in_the_language_of_the_field(self) -> None:
        assert compiled("{{이름}}님 / {{name}}")(NOBODY) == "고객님 / customer"

    def test_refuses_an_unknown_field_and_lists_the_known_ones(self) -> None:
        with pytest.raises(UnknownMergeField, match=r"\{\{birthday\}\}.*\{\{name\}\}"):
            compiled("Happy {{birthday}}")

    def test_does_not_read_fields_out_of_a_customers_name(self) -> None:
        assert compiled("{{name}} {{offer}}")(KIM._replace(name="{{offer}}")) == "{{offer}} A gift"

    @given(st.text())
    def test_leaves_text_without_braces_as_it_is(self, text: str) -> None:
        if "{{" not in text:
            assert compiled(text)(KIM) == text

    @given(st.sampled_from(sorted(MERGE_FIELDS)), st.text().filter(lambda text: "{" not in text and "}" not in text))
    def test_always_puts_something_where_a_field_stood(self, field: str, text: str) -> None:
        assert compiled(f"{text}{{{{{field}}}}}")(KIM) == text + MERGE_FIELDS[field](KIM)
