"""On whose word staff act for a customer: when it is sure enough, and how the access log keeps it."""

from __future__ import annotations

from itertools import product

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from dangol.records.staff.on_behalf import MARK, NotMadeSure, OnBehalf, Sure, Way, Who, marked, told

SAID = st.builds(
    OnBehalf, st.sampled_from(Who.values), st.sampled_from(["", *Way.values]), st.sampled_from(["", *Sure.values])
)
TYPED = st.text(st.characters(exclude_categories=["Cs"]), max_size=40).map(str.strip)
ENOUGH = {
    *product(["person"], ["call_back", "card", "known", "answers", "request"], ["", "paper 7"]),
    *product(["guardian", "agent"], ["papers"], ["paper 7"]),
    *product(["guardian", "agent"], ["request"], ["", "paper 7"]),
}


class TestRefuseUnsure:
    @pytest.mark.parametrize("way", Way.values)
    def test_takes_what_is_sure_and_nothing_else(self, way: str) -> None:
        for who, sure, evidence in product(Who.values, ["", *Sure.values], ["", "paper 7"]):
            said = OnBehalf(who, way, sure, evidence)
            if (who, sure, evidence) in ENOUGH:
                said.refuse_unsure()
            else:
                with pytest.raises(NotMadeSure):
                    said.refuse_unsure()

    @pytest.mark.parametrize("said", [OnBehalf("person", "", "card"), OnBehalf("neighbour", "phone", "card"),
                                      OnBehalf("", "phone", "card"), OnBehalf("person", "pigeon", "card")])  # fmt: skip
    def test_wants_to_know_whose_word_and_how_it_came(self, said: OnBehalf) -> None:
        with override("en"), pytest.raises(NotMadeSure, match="on whose word"):
            said.refuse_unsure()

    @override("en")
    def test_tells_the_way_out(self) -> None:
        with pytest.raises(NotMadeSure, match="call back the number on file"):
            OnBehalf("person", "phone").refuse_unsure()
        with pytest.raises(NotMadeSure, match="power of attorney"):
            OnBehalf("agent", "counter", "card").refuse_unsure()
        with pytest.raises(NotMadeSure, match="seen again"):
            OnBehalf("guardian", "counter", "papers", " ").refuse_unsure()


class TestMarked:
    @given(said=SAID, reason=TYPED)
    def test_keeps_both_apart(self, said: OnBehalf, reason: str) -> None:
        assert told(marked(reason, said)) == (said, reason)

    @given(reason=TYPED | TYPED.map(MARK.__add__) | SAID.map(lambda said: f"{said.code} because"))
    def test_lets_no_typed_reason_pass_for_somebodys_word(self, reason: str) -> None:
        kept = marked(reason, None)
        assert told(kept)[0] is None and reason in kept
        assert not kept.startswith(MARK)

    @given(said=SAID, evidence=TYPED)
    def test_leaves_out_what_was_typed_as_evidence(self, said: OnBehalf, evidence: str) -> None:
        written = OnBehalf(said.who, said.way, said.sure, evidence)
        assert marked("", written) == marked("", said) == said.code


class TestWords:
    @override("en")
    def test_say_who_asked_how_it_came_and_how_they_were_known(self) -> None:
        assert OnBehalf("person", "phone", "call_back").words == (
            "For the customer · By phone · Called back on the number on file"
        )
        assert OnBehalf("agent", "counter", "papers", "paper 7").words == (
            "For the customer · Somebody they authorised · At the counter · Power of attorney or family papers seen"
        )
        assert OnBehalf("guardian", "").words == "For the customer · Their legal guardian"
