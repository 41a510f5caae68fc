"""Numbers by scheme: which can be keys, and whose they are."""

from datetime import UTC, datetime

import pytest

from dangol.records.changes.models import Change
from dangol.records.customers.forgetting import forget_identities, forgotten, mark_of
from dangol.records.customers.identities import add_identities
from dangol.records.customers.matching import Key, meant, numberings
from dangol.records.customers.models import ContactPoint, Customer, Identity
from dangol.records.customers.queries import holders
from dangol.records.customers.schemes import NotAKey, Scheme, key_of
from dangol.records.customers.taking import ensure_identities, take_customers

AT = datetime(2026, 11, 26, 3, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def somebody(number: str, **told: object) -> Customer:
    take_customers([{"external_id": number, "registered_at": AT, **told}], source="crm", at=AT)
    return Customer.objects.get(identities__source="crm", identities__external_id=number)


class TestKeyOf:
    def test_writes_phone_numbers_one_way_and_addresses_in_small_letters(self) -> None:
        assert key_of("010-1234 5678", scheme=Scheme.PHONE) == "+821012345678"
        assert key_of(" Mina@Example.COM", scheme=Scheme.EMAIL) == "mina@example.com"
        assert key_of(" A-77 ", scheme=Scheme.MEMBER) == "A-77"

    @pytest.mark.parametrize("number", ["0504-1234-5678", "050712345678", "+8250212345678"])
    def test_refuses_safe_numbers_of_marketplaces_with_a_sentence(self, number: str) -> None:
        with pytest.raises(NotAKey, match="050"):
            key_of(number, scheme=Scheme.PHONE)


class TestEnsureIdentities:
    def test_keeps_one_number_of_two_schemes_apart(self) -> None:
        card = ensure_identities({"7": AT}, source="till", scheme="card", at=AT)
        shop = ensure_identities({"7": AT}, source="till", scheme="shop", at=AT)
        assert card["7"] != shop["7"] and Customer.objects.count() == 2

    @pytest.mark.store
    def test_gives_a_phone_number_to_whoever_alone_is_reached_there(self) -> None:
        mina = somebody("1", mobile="+821011112222")
        found = ensure_identities({"010-1111-2222": AT, "01099998888": AT}, source="till", scheme="phone", at=AT)
        assert Identity.objects.get(pk=found["010-1111-2222"]).customer == mina
        stranger = Identity.objects.get(pk=found["01099998888"]).customer
        assert stranger != mina and holders("+821099998888", among=Customer.objects.all()).get() == stranger
        assert ensure_identities({"+821099998888": AT}, source="web", scheme="phone", at=AT) == {
            "+821099998888": found["01099998888"]
        }

    def test_takes_nobody_for_the_buyer_where_two_share_the_phone(self) -> None:
        shared = [somebody(number, mobile="+821011112222") for number in ("1", "2")]
        found = ensure_identities({"+821011112222": AT}, source="till", scheme="phone", at=AT)
        assert Identity.objects.get(pk=found["+821011112222"]).customer not in shared

    def test_knows_nobody_by_a_safe_number(self) -> None:
        assert ensure_identities({"0504-1234-5678": AT}, source="mall", scheme="phone", at=AT) == {}
        mina = somebody("1", mobile="+8250412345678")
        point = ContactPoint.objects.get(customer=mina)
        assert point.may_expire and point.valid_to is None
        assert meant([point.value], by=Key.PHONE) == {} and not holders(point.value, among=Customer.objects.all())

    def test_buys_in_no_name_by_the_number_of_somebody_forgotten(self) -> None:
        mina = somebody("1")
        add_identities([(mina.pk, "C-1")], source="till", scheme="card", at=AT)
        forget_identities(mina.pk)
        assert ensure_identities({"C-1": AT}, source="till", scheme="card", at=AT) == {}
        assert set(forgotten(["C-1", "C-2"], source="till", scheme="card")) == {"C-1"}

    def test_finds_marks_made_before_there_were_schemes(self) -> None:
        assert mark_of("till", "c1") == mark_of("till", "c1", scheme="customer") != mark_of("till", "c1", scheme="card")


class TestAddIdentities:
    @pytest.mark.store
    def test_tells_whose_a_number_is_already_and_takes_it_from_nobody(self) -> None:
        mina, joon = somebody("1"), somebody("2")
        assert add_identities([(mina.pk, "M-1")], source="crm", scheme="member", at=AT).added == 1
        given = add_identities(
            [(mina.pk, "M-1"), (joon.pk, "M-1"), (joon.pk, "M-2"), (mina.pk, "")], source="crm", scheme="member", at=AT
        )
        assert (given.added, given.elsewhere) == (1, {"M-1": mina.pk})
        phones = add_identities([(mina.pk, "0504-1234-5678")], source="crm", scheme="phone", at=AT)
        assert (phones.added, phones.unfit) == (0, ("0504-1234-5678",))
        assert sorted(joon.identities.values_list("scheme", "external_id")) == [("customer", "2"), ("member", "M-2")]

    def test_tells_the_change_feed(self) -> None:
        mina = somebody("1")
        Change.objects.all().delete()
        add_identities([(mina.pk, "M-1")], source="crm", scheme="member", at=AT)
        assert Change.objects.get().table == "customers_identity"

    def test_finds_people_by_every_number_they_know(self) -> None:
        mina = somebody("1")
        add_identities([(mina.pk, "M-1")], source="crm", scheme="member", at=AT)
        add_identities([(mina.pk, "f00d")], source="web", scheme="cookie", at=AT)
        assert numberings() == [("crm", "customer"), ("crm", "member")]
        assert meant(["M-1", "1", "f00d"], by=Key.CUSTOMER) == {"M-1": {mina.pk}, "1": {mina.pk}}
