"""Learn how feedback sounds from film reviews, and write what comes with Dangol: `python -m tools.sentiment FILE`.

FILE: the Naver Sentiment Movie Corpus (github.com/e9t/nsmc, CC0) as tab-separated lines with the columns `review` and
`label` (1 for ratings from 9, 0 for ratings to 4), also in gzip. The same file gives the same bytes.
"""

from __future__ import annotations

import csv
import gzip
import sys
from importlib.metadata import version
from pathlib import Path

from dangol.insight.analysis.voices.keeping import save
from dangol.insight.analysis.voices.labelling import TextLabeller
from dangol.insight.analysis.voices.shipped import CERTAINTY, FILE, NEGATIVE, POSITIVE
from dangol.insight.analysis.voices.teaching import by_sound

LARGEST = 3_000_000


def reviews(path: Path) -> tuple[list[str], list[str]]:
    """The texts and how they sound."""
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [row["review"] for row in rows], [POSITIVE if row["label"] == "1" else NEGATIVE for row in rows]


def about(taught: TextLabeller) -> dict[str, object]:
    """Where it comes from and how well it does on reviews it was not taught."""
    found = taught.validation_
    assert found is not None
    return {
        "data": "Naver Sentiment Movie Corpus (github.com/e9t/nsmc)", "licence": "CC0", "texts": taught.texts_,
        "accuracy": round(found.accuracy, 4), "calibration_error": round(found.calibration_error, 4),
        "certainty": CERTAINTY, "kiwipiepy": version("kiwipiepy"),
        "trades": [
            {"certainty": one.certainty, "coverage": round(one.coverage, 4), "accuracy": round(one.accuracy or 0, 4)}
            for one in found.trades()
        ],
    }  # fmt: skip


def main() -> None:
    """Learn and write; refuse what is too large to come with a package."""
    texts, labels = reviews(Path(sys.argv[1]))
    taught = by_sound().fit(texts, labels)
    save(taught, FILE, about=about(taught))
    size = FILE.stat().st_size
    print(f"{FILE.name}: {size:,} bytes, {len(taught.features_):,} features, {about(taught)}")
    if size > LARGEST:
        sys.exit(f"More than {LARGEST:,} bytes: set most_features in SOUNDS_MANNER.")


if __name__ == "__main__":
    main()
