"""What was learned as one file and back: numbers and words, never code, so that no file can do anything when read.

A ZIP of JSON and NumPy arrays; weights are kept in half precision. The same fit gives the same bytes. Its last bytes
(as the comment of a ZIP) are the SHA-256 of all others: a file of which one bit turned is refused, not believed.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

import numpy as np
from django.utils.translation import gettext as _

from dangol.insight.analysis.voices.certainty import Calibration
from dangol.insight.analysis.voices.labelling import TextLabeller, Word
from dangol.insight.analysis.voices.reading import Reading
from dangol.insight.analysis.voices.weighing import Manner, Weights
from dangol.lib.errors import DangolError

FORM = 2
ARRAYS = ("scale", "weight", "offset")
SEAL = len(sha256().hexdigest())  # bytes at the end
# Whatever bytes that are no file of ours may cause while they are taken apart.
UNREADABLE = (
    BadZipFile, zlib.error, LookupError, ValueError, TypeError, AttributeError, EOFError, OSError, OverflowError,
    MemoryError, RuntimeError,
)  # fmt: skip


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
        file.comment = b"0" * SEAL
    return sealed(whole.getvalue())


def sealed(whole: bytes) -> bytes:
    """The bytes with their digest in place of the last ones."""
    return whole[:-SEAL] + _seal(whole)


def opened(whole: bytes) -> tuple[TextLabeller, dict[str, Any]]:
    """What `saved` wrote, ready to tell, and what it says about itself. Raises CannotRead."""
    if whole[-SEAL:] != _seal(whole):
        raise CannotRead(_("The file holds nothing that was learned here, or was damaged; learn it anew."))
    try:
        with ZipFile(BytesIO(whole)) as file:
            head = json.loads(file.read("head.json"))
            if head["form"] != FORM:
                raise CannotRead(
                    _("The file is of form %(form)s, this version reads form %(ours)s; learn it anew.")
                    % {"form": head["form"], "ours": FORM}
                )
            features = file.read("features.txt").decode().split("\n")
            arrays = [_array(file.read(f"{name}.npy")) for name in ARRAYS]
        return _labeller(head, features, arrays), head["about"]
    except UNREADABLE as problem:
        raise CannotRead(_("The file holds nothing that was learned here, or was damaged; learn it anew.")) from problem


def save(labeller: TextLabeller, path: Path, *, about: Mapping[str, Any] | None = None) -> None:
    """Write what was learned to a file."""
    path.write_bytes(saved(labeller, about=about))


def load(path: Path) -> TextLabeller:
    """Read what `save` wrote. Raises CannotRead."""
    try:
        whole = path.read_bytes()
    except OSError as problem:
        raise CannotRead(_("The file %(name)s cannot be read; learn it anew.") % {"name": path.name}) from problem
    return opened(whole)[0]


def _labeller(head: dict[str, Any], features: list[str], arrays: list[Any]) -> TextLabeller:
    labeller = TextLabeller(Reading(**head["reading"]), Manner(**head["manner"]))
    labeller.labels_, labeller.texts_ = tuple(head["labels"]), head["texts"]
    labeller.calibration_ = Calibration(np.array(head["slope"]), np.array(head["offset"]), head["power"])
    labeller.features_, labeller.weights_ = features, Weights(head["presence"], *arrays)
    labeller.words_ = {label: tuple(Word(**word) for word in words) for label, words in head["words"].items()}
    labeller.know(features)
    _refuse_unequal(labeller)
    return labeller


def _refuse_unequal(labeller: TextLabeller) -> None:
    """Raise ValueError where the parts do not belong together: they could be multiplied, and would tell nonsense."""
    weights, calibration = labeller.learned()
    labels = len(labeller.labels_)
    features, columns = len(labeller.features_), labels if labels > 2 else 1
    shapes = (weights.scale.shape, weights.weight.shape, weights.offset.shape)
    if labels < 2 or shapes not in {((features, wide), (features, columns), (columns,)) for wide in (1, columns)}:
        raise ValueError("features, weights and labels are not equally many")
    if calibration.slope.shape != (labels,) or calibration.offset.shape != (labels,):
        raise ValueError("the calibration is of other labels")
    numbers = [*calibration.slope, *calibration.offset, calibration.power]
    if not np.isfinite(numbers).all() or min(calibration.slope) < 0 or calibration.power <= 0:
        raise ValueError("the calibration is none")
    if not all(np.isfinite(part).all() for part in (weights.scale, weights.weight, weights.offset)):
        raise ValueError("a weight is no number")


def _seal(whole: bytes) -> bytes:
    return sha256(whole[:-SEAL]).hexdigest().encode()


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
