from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from dangol.records.ledger.arms import Arm, arm_of, arms_of, draw_of, key_of

KEYS = [key_of("till", f"c{number}") for number in range(4_000)]
salts = st.text(min_size=1, max_size=40)
shares = st.floats(min_value=0.01, max_value=0.5)


class TestArm:
    @given(salts, st.text(max_size=60), shares)
    def test_is_the_same_every_time(self, salt: str, key: str, share: float) -> None:
        assert arm_of(key, salt=salt, holdout_share=share) is arm_of(key, salt=salt, holdout_share=share)

    def test_is_drawn_from_sha256_of_salt_and_key(self) -> None:
        digest = sha256("가을 감사 선물:till:c7".encode()).digest()
        assert abs(draw_of("till:c7", salt="가을 감사 선물") - int.from_bytes(digest[:8], "big") / 2**64) < 2**-52

    @given(salts, st.text(max_size=60))
    def test_draws_from_zero_up_to_but_not_one(self, salt: str, key: str) -> None:
        assert 0 <= draw_of(key, salt=salt) < 1

    @given(salts, shares)
    def test_holds_out_the_planned_share(self, salt: str, share: float) -> None:
        held_out = arms_of(KEYS, salt=salt, holdout_share=share).count(Arm.HELD_OUT)
        # Six standard deviations: one salt in half a billion strays further.
        reach = 6 * (share * (1 - share) * len(KEYS)) ** 0.5
        assert abs(held_out - share * len(KEYS)) < reach + 1

    @given(salts, salts)
    def test_differs_between_salts(self, one: str, other: str) -> None:
        same = arms_of(KEYS[:500], salt=one, holdout_share=0.5) == arms_of(KEYS[:500], salt=other, holdout_share=0.5)
        assert same is (one == other)

    @given(salts, st.lists(st.text(max_size=20), unique=True), st.lists(st.text(max_size=20), unique=True), shares)
    def test_of_nobody_moves_when_customers_are_added(
        self, salt: str, before: list[str], added: list[str], share: float
    ) -> None:
        alone = dict(zip(before, arms_of(before, salt=salt, holdout_share=share), strict=True))
        everybody = [*added, *before]
        together = dict(zip(everybody, arms_of(everybody, salt=salt, holdout_share=share), strict=True))
        assert all(together[key] is arm for key, arm in alone.items())

    @given(salts, st.text(max_size=20), shares, shares)
    def test_stays_held_out_when_the_share_grows(self, salt: str, key: str, one: float, other: float) -> None:
        small, large = sorted((one, other))
        if arm_of(key, salt=salt, holdout_share=small) is Arm.HELD_OUT:
            assert arm_of(key, salt=salt, holdout_share=large) is Arm.HELD_OUT
