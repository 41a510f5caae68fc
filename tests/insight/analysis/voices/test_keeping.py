"""What was learned is kept whole or refused: no file tells nonsense, and none does anything but tell."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
import pytest
from django.utils import translation

from dangol.insight.analysis.voices.keeping import SEAL, CannotRead, load, opened, save, saved, sealed
from dangol.insight.analysis.voices.labelling import TextLabeller

from .conftest import complaints


def rewritten(whole: bytes, change: Callable[[dict[str, bytes]], object]) -> bytes:
    """The file with something in it changed, and a digest that is right for that."""
    with ZipFile(BytesIO(whole)) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    change(parts)
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as file:
        for name, what in parts.items():
            file.writestr(name, what)
        file.comment = b"0" * SEAL
    return sealed(out.getvalue())


def of_head(**changes: Any) -> Callable[[dict[str, bytes]], object]:
    def change(parts: dict[str, bytes]) -> None:
        parts["head.json"] = json.dumps(json.loads(parts["head.json"]) | changes).encode()

    return change


def of_array(name: str, values: Any) -> Callable[[dict[str, bytes]], object]:
    def change(parts: dict[str, bytes]) -> None:
        out = BytesIO()
        np.lib.format.write_array(out, np.asarray(values, np.float16), allow_pickle=False)
        parts[f"{name}.npy"] = out.getvalue()

    return change


class TestKeeping:
    def test_a_file_tells_what_was_learned(self, taught: TextLabeller, tmp_path: Path) -> None:
        save(taught, tmp_path / "topics.zip")
        again = load(tmp_path / "topics.zip")
        texts = complaints()[0]
        assert again.tell(texts).labels == taught.tell(texts).labels
        assert again.probabilities(texts) == pytest.approx(taught.probabilities(texts), abs=5e-3)
        assert again.words_ == taught.words_

    def test_a_file_can_be_read_as_a_zip_by_anybody(self, taught: TextLabeller) -> None:
        with ZipFile(BytesIO(saved(taught))) as file:
            assert file.testzip() is None and "head.json" in file.namelist()

    def test_a_file_written_anew_with_nothing_changed_is_read(self, taught: TextLabeller) -> None:
        again, _about = opened(rewritten(saved(taught), lambda parts: None))
        assert again.labels_ == taught.labels_


class TestRefusing:
    @pytest.mark.parametrize("what", [b"", b"PK", b"\x80\x04no pickle is ever opened"])
    def test_anything_else_is_refused(self, what: bytes) -> None:
        for whole in (what, sealed(what + b"0" * SEAL)):
            with pytest.raises(CannotRead):
                opened(whole)

    def test_a_torn_file_is_refused(self, taught: TextLabeller) -> None:
        whole = saved(taught)
        for end in range(0, len(whole), len(whole) // 20):
            with pytest.raises(CannotRead):
                opened(whole[:end])

    def test_a_file_of_which_one_bit_turned_is_refused_wherever_it_stands(self, taught: TextLabeller) -> None:
        whole = saved(taught)
        for at in [*range(0, len(whole), 97), *range(len(whole) - 2 * SEAL, len(whole))]:
            turned = bytearray(whole)
            turned[at] ^= 1 << (at % 8)
            with pytest.raises(CannotRead):
                opened(bytes(turned))

    @pytest.mark.parametrize("at", range(45, 145, 7))
    def test_a_file_that_cannot_be_unpacked_is_refused_though_its_digest_is_right(
        self, taught: TextLabeller, at: int
    ) -> None:
        turned = bytearray(saved(taught))
        turned[at] ^= 255
        with pytest.raises(CannotRead):
            opened(sealed(bytes(turned)))

    def test_a_file_packed_in_a_way_nobody_knows_is_refused(self, taught: TextLabeller) -> None:
        whole = saved(taught)
        with ZipFile(BytesIO(whole)) as file:
            places = [info.header_offset for info in file.infolist()]
        turned = bytearray(whole)
        for place in places:
            turned[place + 8] = 99
        turned[whole.index(b"PK\x01\x02") + 10] = 99
        with pytest.raises(CannotRead):
            opened(sealed(bytes(turned)))

    def test_what_is_not_there_is_refused(self, tmp_path: Path) -> None:
        with translation.override("en"), pytest.raises(CannotRead, match=r"nothing\.zip cannot be read"):
            load(tmp_path / "nothing.zip")
        with pytest.raises(CannotRead):
            load(tmp_path)

    def test_a_file_of_another_form_says_so(self, taught: TextLabeller) -> None:
        with translation.override("en"), pytest.raises(CannotRead, match="is of form 1, this version reads form 2"):
            opened(rewritten(saved(taught), of_head(form=1)))

    @pytest.mark.parametrize("changes", [
        {"slope": [1.0, 1.0]}, {"offset": [0.0]}, {"slope": []}, {"slope": [1.0, -1.0, 1.0]}, {"power": 0.0},
        {"power": float("nan")}, {"offset": [0.0, float("inf"), 0.0]}, {"slope": "steep"}, {"labels": ["one"]},
        {"labels": ["a", "b"]}, {"labels": ["a", "b", "c", "d"]}, {"words": []}, {"reading": []}, {"manner": {"x": 1}},
    ])  # fmt: skip
    def test_parts_that_do_not_belong_together_are_refused(self, taught: TextLabeller, changes: dict[str, Any]) -> None:
        with pytest.raises(CannotRead):
            opened(rewritten(saved(taught), of_head(**changes)))

    @pytest.mark.parametrize("name", ["scale", "weight", "offset"])
    @pytest.mark.parametrize("values", [[], [[1.0]], [1.0, 2.0], 3.0])
    def test_weights_of_other_features_are_refused(self, taught: TextLabeller, name: str, values: Any) -> None:
        with pytest.raises(CannotRead):
            opened(rewritten(saved(taught), of_array(name, values)))

    def test_a_weight_that_is_no_number_is_refused(self, taught: TextLabeller) -> None:
        weights, _calibration = taught.learned()
        broken = weights.weight.copy()
        broken[0, 0] = np.nan
        with pytest.raises(CannotRead):
            opened(rewritten(saved(taught), of_array("weight", broken)))

    @pytest.mark.parametrize("name", ["head.json", "features.txt", "scale.npy"])
    def test_a_part_that_is_missing_or_empty_is_refused(self, taught: TextLabeller, name: str) -> None:
        for change in (lambda parts: parts.pop(name), lambda parts: parts.update({name: b""})):
            with pytest.raises(CannotRead):
                opened(rewritten(saved(taught), change))
