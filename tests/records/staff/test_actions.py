"""Letting people in and out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.db.transaction import atomic
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from dangol.records.staff import actions
from dangol.records.staff.models import ApiKey, Grant, Invitation, Unit, User
from dangol.records.staff.queries import grants_of, open_invitations
from dangol.records.staff.roles import Role
from tests.records.staff.office import AT, office, staff
from tests.stores import tried

pytestmark = [pytest.mark.django_db, pytest.mark.store]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Refusals in the words of the code."""
    with override("en"):
        yield


PASSWORD = "우유배달부 한 사람"


def invited(role: str = "agent", unit: Unit | None = None) -> actions.Secret[Invitation]:
    return actions.invite(name="김하나", role=role, unit=unit, by=staff(Role.OWNER), at=AT)


class TestInvite:
    def test_keeps_no_secret_that_opens_the_door(self) -> None:
        made = invited()
        assert made.secret not in str(Invitation.objects.values().get())
        assert len(made.secret) >= 43  # 32 random bytes

    def test_refuses_a_second_owner_a_dealer_without_a_unit_and_nobody(self) -> None:
        units = office()
        for role, unit in (("owner", None), ("dealer", None), ("dealer", units["S1"]), ("cook", None)):
            with pytest.raises(actions.CannotGrant):
                invited(role, unit)
        with pytest.raises(actions.CannotGrant, match="name"):
            actions.invite(name="  ", role="agent", unit=None, by=staff(Role.OWNER), at=AT)
        assert not Invitation.objects.exists()

    def test_is_open_until_it_is_accepted_withdrawn_or_over(self) -> None:
        accepted, withdrawn, over = invited(), invited(), invited()
        assert set(open_invitations(at=AT)) == {accepted.row, withdrawn.row, over.row}
        actions.accept(accepted.secret, username="hana", password=PASSWORD, at=AT)
        assert actions.withdraw_invitation(withdrawn.row, at=AT)
        assert set(open_invitations(at=AT)) == {over.row}
        assert not open_invitations(at=AT + actions.INVITED_FOR).exists()


class TestAccept:
    def test_makes_the_account_that_was_promised(self) -> None:
        units = office()
        made = invited("dealer", units["D1"])
        user = actions.accept(made.secret, username="mapo", password=PASSWORD, at=AT)
        assert (user.role, user.unit, str(user)) == ("dealer", units["D1"], "김하나")
        assert user.check_password(PASSWORD)
        grant = grants_of(user).get()
        assert (grant.role, grant.unit, grant.by, grant.at) == ("dealer", units["D1"], staff(Role.OWNER), AT)

    def test_says_the_same_of_every_link_that_opens_nothing(self) -> None:
        used, withdrawn, over = invited(), invited(), invited()
        actions.accept(used.secret, username="first", password=PASSWORD, at=AT)
        actions.withdraw_invitation(withdrawn.row, at=AT)
        said = set()
        for secret, at in (
            (used.secret, AT), (withdrawn.secret, AT), (over.secret, AT + actions.INVITED_FOR), ("guessed", AT),
        ):  # fmt: skip
            with pytest.raises(actions.BadInvitation) as refused:
                actions.accept(secret, username="second", password=PASSWORD, at=at)
            said.add(str(refused.value))
        assert len(said) == 1
        assert not User.objects.filter(username="second").exists()

    def test_makes_one_account_of_one_invitation(self) -> None:
        made = invited()
        actions.accept(made.secret, username="first", password=PASSWORD, at=AT)
        # What the loser of a race sees: the invitation was open when it looked.
        Invitation.objects.filter(pk=made.row.pk).update(accepted_at=None)
        with pytest.raises(IntegrityError), atomic():  # one account at most for one invitation
            Invitation.objects.create(
                name="copy", role="agent", secret_hash="x", at=AT, expires_at=AT + timedelta(days=1),
                accepted_by=User.objects.get(username="first"),
            )  # fmt: skip

    @pytest.mark.parametrize("name", ["hana", "HANA", "  Hana "])
    def test_refuses_a_name_that_is_taken_however_it_is_written(self, name: str) -> None:
        actions.accept(invited().secret, username="hana", password=PASSWORD, at=AT)
        made = invited()
        with pytest.raises(actions.CannotGrant, match="taken"):
            actions.accept(made.secret, username=name, password=PASSWORD, at=AT)
        assert actions.invitation_of(made.secret, at=AT) == made.row  # and may try another

    @pytest.mark.parametrize("name", ["", "a", "two words", "<b>", "a" * 61, "tab\there"])
    def test_refuses_a_name_nobody_could_type_again(self, name: str) -> None:
        with pytest.raises(actions.CannotGrant, match="letters"):
            actions.accept(invited().secret, username=name, password=PASSWORD, at=AT)


class TestNames:
    def test_are_kept_apart_by_the_database(self) -> None:
        staff(Role.OWNER)
        User.objects.create(username="Hana", role="agent")
        with pytest.raises(IntegrityError), atomic():
            User.objects.create(username="hANA", role="agent")

    def test_lead_to_their_person_however_they_are_written(self) -> None:
        user = User.objects.create(username="Hana", role="agent")
        assert User.objects.get_by_natural_key("hana") == user


class TestOwner:
    def test_is_made_once_without_a_password(self) -> None:
        owner = actions.make_owner(at=AT)
        assert owner is not None and not owner.has_usable_password()
        assert actions.make_owner(at=AT) is None
        assert Grant.objects.get().role == "owner"

    def test_stays_the_owner(self) -> None:
        owner = staff(Role.OWNER)
        with pytest.raises(actions.CannotGrant):
            actions.change_role(owner, role="agent", unit=None, by=owner, at=AT)
        with pytest.raises(actions.CannotGrant):
            actions.let_go(owner, by=owner, at=AT)


class TestLetGo:
    def test_closes_sessions_and_keys_and_leaves_the_row(self) -> None:
        owner, user = staff(Role.OWNER), staff(Role.MARKETER)
        before = user.get_session_auth_hash()
        key = actions.make_key(name="x", may=["export"], expires_at=AT + timedelta(days=9), by=user, at=AT).row
        actions.let_go(user, by=owner, at=AT, why="left")
        user.refresh_from_db()
        key.refresh_from_db()
        assert not user.is_active and key.revoked_at == AT
        assert (grants_of(user)[0].role, grants_of(user)[0].why) == ("", "left")
        actions.change_role(user, role="agent", unit=None, by=owner, at=AT)  # comes back
        assert user.is_active
        assert user.get_session_auth_hash() != before, "an old session would open again"
        key.refresh_from_db()
        assert key.revoked_at == AT


class TestSessions:
    def test_all_end_at_once_and_others_go_on(self) -> None:
        one, other = staff(Role.AGENT), staff(Role.MARKETER)
        before = (one.get_session_auth_hash(), other.get_session_auth_hash())
        actions.end_sessions(one)
        other.refresh_from_db()
        assert one.get_session_auth_hash() != before[0]
        assert other.get_session_auth_hash() == before[1]


class TestLock:
    def test_comes_with_the_fifth_failure_in_a_row_and_goes_by_itself(self) -> None:
        user = staff(Role.AGENT)
        for _ in range(actions.TRIES - 1):
            actions.note_failure(user.username, at=AT)
        assert actions.locked_until(user.username, at=AT) is None
        actions.note_failure(user.username.upper(), at=AT)
        end = AT + actions.LOCKED_FOR
        assert actions.locked_until(user.username, at=AT) == end
        assert actions.locked_until(user.username, at=end) is None

    def test_does_not_come_when_a_success_lies_between(self) -> None:
        user = staff(Role.AGENT)
        for _ in range(3):
            for _ in range(actions.TRIES - 1):
                actions.note_failure(user.username, at=AT)
            actions.note_success(user)
        assert actions.locked_until(user.username, at=AT) is None

    def test_is_opened_from_outside(self) -> None:
        user = staff(Role.AGENT)
        for _ in range(actions.TRIES):
            actions.note_failure(user.username, at=AT)
        assert actions.unlock(user)
        assert actions.locked_until(user.username, at=AT) is None
        assert not actions.unlock(user)

    def test_is_nobody_elses(self) -> None:
        one, other = staff(Role.AGENT), staff(Role.MARKETER)
        for _ in range(actions.TRIES):
            actions.note_failure(one.username, at=AT)
            actions.note_failure("nobody", at=AT)
        assert actions.locked_until(other.username, at=AT) is None


STEPS = st.lists(st.tuples(st.sampled_from(["role", "go"]), st.sampled_from(Role.values)), max_size=12)


class TestHistory(TestCase):
    @settings(max_examples=tried(25))  # a password is made for each, which takes its time on purpose
    @given(STEPS)
    def test_tells_at_every_time_what_somebody_may(self, steps: list[tuple[str, str]]) -> None:
        units, owner = office(), staff(Role.OWNER)
        made = actions.invite(name="a", role="agent", unit=None, by=owner, at=AT)
        user = actions.accept(made.secret, username=f"u{made.row.pk}", password="x", at=AT)
        expected = [("agent", None)]
        for number, (step, role) in enumerate(steps, 1):
            at, unit = AT + timedelta(hours=number), units["D1"] if role == "dealer" else None
            if step == "go":
                actions.let_go(user, by=owner, at=at)
                expected.append(("", None))
            elif role == "owner":
                with pytest.raises(actions.CannotGrant):
                    actions.change_role(user, role=role, unit=unit, by=owner, at=at)
                continue
            else:
                actions.change_role(user, role=role, unit=unit, by=owner, at=at)
                expected.append((role, unit))
            user.refresh_from_db()
            now = (user.role, user.unit) if user.is_active else ("", None)
            assert now == expected[-1]
        assert [(grant.role, grant.unit) for grant in grants_of(user)][::-1] == expected
        assert not ApiKey.objects.filter(user=user).exists()
