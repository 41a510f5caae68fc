"""What people write is told apart: how it sounds, what it is about

Five parts, each told by what the other four taught. NSMC: 40,000 film reviews, ratings to 4 against ratings from 9.
Petitions: 2,442 to the Blue House in 17 categories, subject and text, every one answered. "Copies apart" deals texts
out by chance, as is usual; "copies together" keeps texts that begin alike in one part, so that none is foretold from
its copy. Calibration error: how far what is promised lies from what comes true. Times are those of one core, taking
texts apart by kiwipiepy and 6 fits included; memory is that of the whole process, of which kiwipiepy takes half a GiB.
"""

from __future__ import annotations

import csv
import gzip
import json
import resource
import time
from typing import Any

import numpy as np

from tests.bench.figures import Figure
from tests.outcomes import REAL_DATA

NEEDED = ("ko_nsmc", "ko_petitions", "ko_3i4k")  # folders of real data


def figures() -> list[Figure]:
    """Accuracy, macro-F1, calibration, what silence brings, seconds and memory; without the texts, that they are not
    here.
    """
    absent = [name for name in NEEDED if not (REAL_DATA / name).is_dir()]
    if absent:
        told = f"{', '.join(absent)} below {REAL_DATA}: DANGOL_TEST_DATA may name another folder"
        return [Figure("SKIPPED: texts that are not here", told)]
    return [*_reviews(), *_petitions(), *_shipped(), *_elsewhere()]


def _reviews() -> list[Figure]:
    from dangol.insight.analysis.voices.teaching import by_sound

    texts, labels = reviews()
    began = time.perf_counter()
    taught = by_sound().fit(texts, labels)
    seconds = time.perf_counter() - began
    found = taught.validation_
    assert found is not None
    remark = f"95 % interval {found.interval[0]:.4f} to {found.interval[1]:.4f}, macro-F1 {found.macro_f1:.4f}"
    return [
        Figure.at_least("NSMC accuracy, copies together", round(found.accuracy, 4), 0.86, "", remark),
        Figure("… calibration error", found.calibration_error),
        *_silent(found),
        Figure("… learned and validated", seconds, "s", remark=f"{len(taught.features_):,} features"),
        _peak(),
    ]


def _petitions() -> list[Figure]:
    from dangol.insight.analysis.voices.counting import counted
    from dangol.insight.analysis.voices.teaching import by_subject
    from dangol.insight.analysis.voices.validation import PARTS, fingerprint, parts_of, validated

    texts, labels, subjects = petitions()
    taught, began = by_subject(), time.perf_counter()
    read = list(taught.reading.features(texts, subjects))
    counts, _names = counted(read, fewest_texts=taught.manner.fewest_texts)
    names = tuple(sorted(set(labels)))
    truth = np.array([names.index(label) for label in labels], np.int64)
    seconds = time.perf_counter() - began
    # Each text its own print: dealt out label by label, and copies by chance.
    apart = parts_of([fingerprint(f"{at} {text}") for at, text in enumerate(texts)], truth)
    chance, _calibration = validated(counts, truth, apart, names, taught.manner)
    began = time.perf_counter()
    taught.fit(texts, labels, subjects=subjects)
    fits = time.perf_counter() - began
    strict = taught.validation_
    assert strict is not None
    worst = ", ".join(f"{name} {chance.f1(name):.2f}" for name in sorted(names, key=chance.f1)[:3])
    return [
        Figure.at_least("petitions accuracy, copies apart", round(chance.accuracy, 4), 0.58, "",
                        f"macro-F1 {chance.macro_f1:.4f}; always the commonest: {chance.commonest:.3f}"),
        Figure("… copies together", round(strict.accuracy, 4), remark=f"macro-F1 {strict.macro_f1:.4f}"),
        Figure("… lowest F1", worst),
        Figure("… calibration error", chance.calibration_error),
        *_silent(chance),
        Figure("… texts taken apart", seconds, "s", remark=f"{sum(map(len, texts)):,} letters"),
        Figure(f"… learned and validated, {PARTS + 1} fits of {len(names)} categories", fits, "s",
               remark=f"{counts.shape[1]:,} features"),
        _peak(),
        *_explained(taught),
    ]  # fmt: skip


def _explained(taught: Any) -> list[Figure]:
    """Each topic by the words that speak for it."""
    return [
        Figure(f"… words of {label}", ", ".join(one.word for one in words[:6]))
        for label, words in taught.words_.items()
    ]


def _shipped() -> list[Figure]:
    from dangol.insight.analysis.voices import shipped

    texts, _labels = reviews()
    began = time.perf_counter()
    labeller = shipped.sentiment()
    loaded = time.perf_counter() - began
    began = time.perf_counter()
    told = labeller.tell(texts[:20_000], certainty=shipped.CERTAINTY)
    seconds = time.perf_counter() - began
    answered = sum(one is not None for one in told.labels)
    return [
        Figure.at_most("what comes with Dangol, on disk", shipped.FILE.stat().st_size / 1e6, 3, "MB"),
        Figure("… opened", loaded, "s"),
        Figure("… texts told a second", len(texts[:20_000]) / seconds, remark=f"{answered:,} of 20,000 answered"),
    ]


def _elsewhere() -> list[Figure]:
    """What film reviews teach of texts that are none."""
    from dangol.insight.analysis.voices import shipped
    from tests.insight.analysis.voices.shop_sentences import COMPLAINTS, PRAISE

    labeller = shipped.sentiment()
    truth = [shipped.NEGATIVE] * len(COMPLAINTS) + [shipped.POSITIVE] * len(PRAISE)
    every = labeller.tell(COMPLAINTS + PRAISE)
    asked = labeller.probabilities(questions()).max(axis=1)
    sure = [at for at, one in enumerate(every.probability.max(axis=1)) if one >= shipped.CERTAINTY]
    right, surely = (sum(every.labels[at] == truth[at] for at in which) for which in (range(len(truth)), sure))
    return [
        Figure("sentences of a shop, made up: right", f"{right} of {len(truth)}", remark="every one answered"),
        Figure(f"… certainty from {shipped.CERTAINTY}", f"{surely} of {len(sure)}"),
        Figure("questions (3i4k) taken for praise or blame", float((asked >= shipped.CERTAINTY).mean()),
               remark=f"certainty from 0.9: {(asked >= 0.9).mean():.3f}; {len(asked):,} questions"),
    ]  # fmt: skip


def questions() -> list[str]:
    """Questions of 3i4k (CC BY-SA 4.0), read where they are: they neither praise nor blame."""
    whole = gzip.decompress((REAL_DATA / "ko_3i4k" / "fci_test.txt.gz").read_bytes()).decode()
    rows = (line.split("\t") for line in whole.splitlines())
    return [text for kind, text in rows if kind == "2"]


def _silent(found: Any) -> list[Figure]:
    told = [one for one in found.trades((0.6, 0.8, 0.9)) if one.certainty]
    return [
        Figure(f"… certainty from {one.certainty}", round(one.accuracy or 0, 4), remark=f"answers {one.coverage:.1%}")
        for one in told
    ]


def _peak() -> Figure:
    return Figure("… peak memory so far", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, "GiB")


def reviews() -> tuple[list[str], list[str]]:
    """NSMC: texts and how they sound."""
    with gzip.open(REAL_DATA / "ko_nsmc" / "nsmc_dev40k.tsv.gz", "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [row["review"] for row in rows], ["positive" if row["label"] == "1" else "negative" for row in rows]


def petitions() -> tuple[list[str], list[str], list[str]]:
    """Petitions: texts, categories, subjects."""
    folder = REAL_DATA / "ko_petitions"
    lines = (gzip.decompress(path.read_bytes()).decode() for path in sorted(folder.glob("petitions_*.jsonl.gz")))
    rows = [json.loads(line) for month in lines for line in month.splitlines()]
    return [row["content"] for row in rows], [row["category"] for row in rows], [row["title"] for row in rows]
