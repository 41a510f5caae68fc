"""Finding people by what one remembers of them."""

from datetime import UTC, datetime

import pytest

from dangol.records.customers import queries
from dangol.records.customers.models import Customer
from dangol.records.customers.queries import found
from dangol.records.customers.taking import take_customers

AT = datetime(2026, 11, 22, 3, tzinfo=UTC)

pytestmark = [pytest.mark.django_db, pytest.mark.store]


@pytest.fixture(autouse=True)
def people() -> None:
    take_customers(
        [
            {"external_id": "M-1001", "full_name": "김단골", "mobile": "+821012345678"},
            {"external_id": "M-1002", "full_name": "남궁단비", "mobile": "+821099995678"},
            {"external_id": "5678", "full_name": "John Kim"},
            {"external_id": "M-1004", "full_name": ""},
        ],
        source="till",
        at=AT,
    )


class TestFound:
    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("김단골", ["김단골"]),
            ("단", ["김단골", "남궁단비"]),
            ("궁단", ["남궁단비"]),
            ("ㄱㄷㄱ", ["김단골"]),
            ("ㄷ", ["김단골", "남궁단비"]),
            ("5678", ["John Kim", "김단골", "남궁단비"]),
            ("010-1234-5678", ["김단골"]),
            ("+82 10 9999 5678", ["남궁단비"]),
            ("M-1004", [""]),
            ("kim", ["John Kim"]),
            (" 단골 ", ["김단골"]),
            ("", []),
            ("  ", []),
            ("없는사람", []),
            ("%", []),
        ],
    )
    def test_leads_to_people(self, text: str, names: list[str]) -> None:
        assert sorted(customer.full_name for customer in found(text, among=Customer.objects.all())) == names

    def test_comes_by_name_and_ends_somewhere(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(queries, "MOST", 1)
        assert [customer.full_name for customer in found("단", among=Customer.objects.all())] == ["김단골"]
