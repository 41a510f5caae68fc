"""Ways in for programs: never more than their makers may, never for ever."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from dangol.records.staff import actions, queries
from dangol.records.staff.models import ApiKey, User
from dangol.records.staff.roles import BUNDLES, May, Role, bundle
from tests.records.staff.office import AT, staff

pytestmark = [pytest.mark.django_db, pytest.mark.store]
LATER = AT + timedelta(days=30)


def key(*may: str, by: User | None = None) -> actions.Secret[ApiKey]:
    maker = by or staff(Role.MARKETER)
    return actions.make_key(name="shop", may=may or ("export",), expires_at=LATER, by=maker, at=AT)


class TestMake:
    def test_keeps_a_hash_alone(self) -> None:
        made = key()
        word, prefix, secret = made.secret.split("_", 2)  # a secret may hold more of them
        assert (word, prefix) == ("dgl", made.row.prefix)
        assert len(secret) == 43 and secret not in str(ApiKey.objects.values().get())

    @pytest.mark.parametrize(
        ("may", "days"),
        [((), 30), (("fly",), 30), (("export", "fly"), 30), (("manage_staff",), 30), (("export",), 0),
         (("export",), -1), (("export",), 367)],
    )  # fmt: skip
    def test_refuses_what_its_maker_may_not_what_is_unknown_and_what_never_ends(
        self, may: tuple[str, ...], days: int
    ) -> None:
        with pytest.raises(actions.CannotMakeKey):
            actions.make_key(name="x", may=may, expires_at=AT + timedelta(days=days), by=staff(Role.MARKETER), at=AT)
        assert not ApiKey.objects.exists()


class TestOpen:
    def test_by_its_whole_secret_until_it_ends(self) -> None:
        made = key()
        assert queries.key_of(made.secret, at=AT) == made.row
        assert queries.key_of(made.secret, at=LATER) is None
        for wrong in ("", "dgl", "dgl_", made.secret[:-1], made.secret + "x", made.secret.replace("dgl", "abc", 1),
                      f"dgl_{made.row.prefix}_"):  # fmt: skip
            assert queries.key_of(wrong, at=AT) is None, wrong

    def test_no_more_once_it_was_revoked_or_its_maker_left(self) -> None:
        revoked, orphaned = key(), key(by=staff(Role.ANALYST))
        assert actions.revoke_key(revoked.row, at=AT) and not actions.revoke_key(revoked.row, at=AT)
        User.objects.filter(pk=orphaned.row.user_id).update(is_active=False)
        assert queries.key_of(revoked.secret, at=AT) is None
        assert queries.key_of(orphaned.secret, at=AT) is None


class TestAllowed(TestCase):
    @given(
        first=st.sampled_from(Role.values), later=st.sampled_from(Role.values),
        may=st.sets(st.sampled_from(list(May)), min_size=1),
    )  # fmt: skip
    def test_is_never_more_than_the_maker_may_then_or_now(self, first: str, later: str, may: set[May]) -> None:
        maker = User.objects.create(username=f"m{User.objects.count()}", role=first)
        try:
            made = actions.make_key(name="x", may=may, expires_at=LATER, by=maker, at=AT)
        except actions.CannotMakeKey:
            assert may - bundle(first)
            return
        assert made.row.allowed() == may <= bundle(first)
        maker.role = later
        made.row.user = maker
        assert made.row.allowed() == may & BUNDLES[later]


def test_a_key_that_saw_values_goes_on_asking_for_numbers() -> None:
    """Both were one right before; the migration gives such keys the other."""
    made = key("see_values").row, key("see_customers").row
    import_module("dangol.records.staff.migrations.0003_numbers_by_key").give(apps, None)
    told = [set(ApiKey.objects.get(pk=one.pk).may) for one in made]
    assert told == [{"see_values", "ask_numbers"}, {"see_customers"}]
