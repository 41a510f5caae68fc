"""What was learned as one file and back: numbers and words, never code, so that no file can do anything when read.

A ZIP of JSON and NumPy arrays; weights are kept in half precision. The same fit gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

import numpy as np

from dangol.insight.analysis.voices.certainty import Calibration
from dangol.insight.analysis.voices.labelling import TextLabeller, Word
from dangol.insight.analysis.voices.reading import Reading
from dangol.insight.analysis.voices.weighing import Manner, Weights
from dangol.lib.errors import DangolError

FORM = 1
ARRAYS = ("scale", "weight", "offset")


class CannotRead(DangolError):
    """The file holds nothing that was learned, or was written by another version."""


def saved(labeller: TextLabeller, *, about: Mapping[str, Any] | None = None) -> bytes:
    """What was learned, as bytes. about: where it comes from, for whoever reads the file. Raises NotTaught."""
    weights, calibration = labeller.learned()
    head = {
        "form": FORM, "about": dict(about or {}), "reading": asdict(labeller.reading),
        "manner": asdict(labeller.manner), "labels": labeller.labels_, "texts": labeller.texts_,
        "presence": weights.presence,
        "slope": calibration.slope.tolist(), "offset": calibration.offset.tolist(), "power": calibration.power,
        "words": {label: [asdict(word) for word in words] for label, words in labeller.words_.items()},
    }  # fmt: skip
    whole = BytesIO()
    with ZipFile(whole, "w", ZIP_DEFLATED, compresslevel=9) as file:
        _put(file, "head.json", json.dumps(head, ensure_ascii=False, sort_keys=True).encode())
        _put(file, "features.txt", "\n".join(labeller.features_).encode())
        for name in ARRAYS:
            _put(file, f"{name}.npy", _array_bytes(getattr(weights, name)))
    return whole.getvalue()


def opened(whole: bytes) -> tuple[TextLabeller, dict[str, Any]]:
    """What `saved` wrote, ready to tell, and what it says about itself. Raises CannotRead."""
    try:
        with ZipFile(BytesIO(whole)) as file:
            head = json.loads(file.read("head.json"))
            if head["form"] != FORM:
                raise CannotRead(f"The file is of form {head['form']}, this version reads form {FORM}; learn it anew.")
            features = file.read("features.txt").decode().split("\n")
            arrays = [_array(file.read(f"{name}.npy")) for name in ARRAYS]
        return _labeller(head, features, arrays), head["about"]
    except (BadZipFile, KeyError, ValueError, TypeError, EOFError) as problem:
        raise CannotRead("The file holds nothing that was learned here; save it again, or learn it anew.") from problem


def save(labeller: TextLabeller, path: Path, *, about: Mapping[str, Any] | None = None) -> None:
    """Write what was learned to a file."""
    path.write_bytes(saved(labeller, about=about))


def load(path: Path) -> TextLabeller:
    """Read what `save` wrote. Raises CannotRead."""
    return opened(path.read_bytes())[0]


def _labeller(head: dict[str, Any], features: list[str], arrays: list[Any]) -> TextLabeller:
    labeller = TextLabeller(Reading(**head["reading"]), Manner(**head["manner"]))
    labeller.labels_, labeller.texts_ = tuple(head["labels"]), head["texts"]
    labeller.calibration_ = Calibration(np.array(head["slope"]), np.array(head["offset"]), head["power"])
    labeller.features_, labeller.weights_ = features, Weights(head["presence"], *arrays)
    labeller.words_ = {label: tuple(Word(**word) for word in words) for label, words in head["words"].items()}
    labeller.know(features)
    columns = {len(arrays[0]), len(arrays[1]), len(features)}
    if len(columns) > 1:
        raise ValueError("features and weights are not equally many")
    return labeller


def _put(file: ZipFile, name: str, what: bytes) -> None:
    # Of no day: the same fit is the same file.
    entry = ZipInfo(name)
    entry.compress_type = ZIP_DEFLATED
    file.writestr(entry, what)


def _array_bytes(array: Any) -> bytes:
    whole = BytesIO()
    np.lib.format.write_array(whole, np.ascontiguousarray(array, np.float16), allow_pickle=False)
    return whole.getvalue()


def _array(whole: bytes) -> Any:
    return np.lib.format.read_array(BytesIO(whole), allow_pickle=False).astype(np.float64)
