"""What people answered: a row a questionnaire with a column a question, or a row an answer.

Answers in figures stand on their scale, which the file states or which is told from the answers and said among the
warnings. Agreement and satisfaction in words are figures, too. All other words are kept as opinions.
"""

import json
import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

import pyarrow as pa
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dangol.contact.intake.feeds import Feed, made
from dangol.contact.intake.kinds.kind import Field, Given, Kind, Stage, Type, Unread, in_future
from dangol.contact.intake.kinds.rules import COMMON, NAME, NO_KEY, PHONE, keyed, meant, no_key, plain, stand_ins, who
from dangol.contact.intake.kinds.transactions import people
from dangol.contact.intake.taken import Taken

PART = 5_000  # rows of a feed: each holds many answers
NAMED = 5  # questions named in a warning
LONGEST_QUESTION = 200
ANSWER = ("item", "dimension", "score", "low", "high", "text")
# A further column is a question where its heading sounds like one.
QUESTION = re.compile(
    r"^(q|문항|질문|문)\s*\d|[?？]|만족|점수|평점|별점|평가|의견|추천|의향|이유|개선|바라는|느낌|좋았|아쉬|친절|신뢰|편리|편의|이미지|재구매"
    r"|재방문|하십니까|습니까|나요|question|score|rating|satisf|recommend|nps|comment|feedback|likely|opinion",
    re.IGNORECASE,
)
DIMENSIONS = (
    ("commitment", "결속|추천|재구매|재방문|계속|지속|충성|애착|단골|의향|commit|recommend|loyal|nps|likely"),
    ("convenience", "편리|편의|접근성|신속|convenien|ease|easy"),
    ("trust", "신뢰|믿|정직|안심|약속|trust|honest|reliab"),
    ("brand", "브랜드|이미지|자부심|brand|image|pride"),
    ("care", "배려|관심|친절|친밀|세심|응대|care|kind|attention|friendly"),
)
# Words of agreement: the figure of each on a scale of 1 to 5; whole words only.
AGREEMENT = (
    (
        1,
        "매우불만족|매우불만|전혀그렇지않다|전혀아니다|매우그렇지않다|매우나쁨"
        "|stronglydisagree|verydissatisfied|verypoor",
    ),
    (5, "매우만족|매우그렇다|매우좋음|아주만족|아주그렇다|stronglyagree|verysatisfied|excellent"),
    (2, "불만족|불만|그렇지않다|아니다|나쁨|그렇지않은편이다|disagree|dissatisfied|poor"),
    (4, "만족|그렇다|좋음|그런편이다|agree|satisfied|good"),
    (3, "보통|보통이다|그저그렇다|neutral|neither|average|fair"),
)
FIELDS = (
    who(more="응답자번호 응답자id respondentid respondent"),
    Field("time", pgettext_lazy("column of a file", "Answered on"), Type.MOMENT, needed=True, words=(
        "응답일시 응답일자 응답일 제출일시 제출일 참여일시 참여일 설문일 설문일시 설문일자 타임스탬프 완료일시"
        " answeredat"
        f" submittedat responsedate completedat submitdate enddate {COMMON['time']}"
    )),
    Field("survey", pgettext_lazy("column of a file", "Survey"), cut=80,
          words="설문명 설문지명 설문제목 조사명 설문 설문지 surveyname survey questionnaire form formname campaign"),
    Field("item", pgettext_lazy("column of a file", "Question"), cut=LONGEST_QUESTION,
          words="문항 문항명 질문 문항내용 질문내용 항목 question item questiontext questionname"),
    Field("answer", pgettext_lazy("column of a file", "Answer"),
          words="응답 응답값 답변 답 점수 응답점수 평점 answer response score value rating"),
    Field("scale_min", pgettext_lazy("column of a file", "Lowest answer"), Type.NUMBER, unread=Unread.LEAVE,
          words="최저점 최소값 최소점수 척도최소 scalemin minimum min low"),
    Field("scale_max", pgettext_lazy("column of a file", "Highest answer"), Type.NUMBER, unread=Unread.LEAVE,
          words="만점 최고점 최대값 최대점수 척도최대 척도 scalemax maximum max scale"),
    Field("dimension", pgettext_lazy("column of a file", "What it measures"),
          words="차원 영역 평가영역 측정영역 요인 구분 dimension factor construct area"),
    Field("convenience", gettext_lazy("Convenience"), words="편의성 편리성 편리함 편의 convenience"),
    Field("trust", gettext_lazy("Trust"), words="신뢰성 신뢰도 신뢰 trust"),
    Field("brand", gettext_lazy("Brand"), words="브랜드이미지 브랜드 brand brandimage"),
    Field("care", gettext_lazy("Personal care"), words="배려 친절도 친밀도 고객관심 care personalcare"),
    Field("commitment", gettext_lazy("Commitment"), words=
        "결속 충성도 재구매의향 재이용의향 추천의향 commitment loyalty"),
    Field("ref", pgettext_lazy("column of a file", "Number of the answer"), Type.CODE,
          words="응답번호 응답id 설문응답번호 responseid submissionid answerid ref id"),
    NAME,
    PHONE,
)  # fmt: skip
MEASURED = tuple(code for code, _pattern in DIMENSIONS)

REASONS = {
    "nothing": gettext_lazy("Row %(row)s: no question is answered."),
    "outside": gettext_lazy("Row %(row)s: an answer lies outside of the scale that the file states for it."),
}


def gaps(mapping: Mapping[str, str]) -> list[str]:
    """Whose and when; of a row an answer, both the question and the answer."""
    gap = [name for name in ("customer", "time") if name not in mapping]
    return gap + [one for one, other in (("answer", "item"), ("item", "answer"))
                  if one not in mapping and other in mapping and not set(MEASURED) & set(mapping)]  # fmt: skip


def judge(rows: str, _given: Given) -> str:
    """What it says is asked when all rows are known; here, only whose it is."""
    return f"SELECT *, concat_ws(' ', {no_key('customer')}) AS wrong FROM ({rows})"  # noqa: S608 -- our own names


def questions(given: Given) -> list[str]:
    """Headings of further columns that are questions, where a row is a questionnaire."""
    if "item" in given.mapping:
        return []
    return [heading for heading in given.left if QUESTION.search(heading)]


def ask(stage: Stage, given: Given) -> None:
    """Tell every answer (`said`), its scale from all answers; refuse rows without an answer or with one outside."""
    figure = "number_of(regexp_replace(cell, '\\s*점$', ''))"
    stage.make(
        "scored",
        f"""
        SELECT *, coalesce(try_cast({figure} AS DOUBLE), {_agreement()}) AS score, {figure} IS NULL AS worded
        FROM ({_told(given)}) WHERE cell <> ''""",  # noqa: S608 -- our own names
    )
    # A question that is mostly answered in words has its few figures kept as words.
    stage.make(
        "scales",
        """
        SELECT item, min(low) AS low, max(high) AS high, count(score) * 2 >= count(*) AS figures,
          bool_and(worded) FILTER (score IS NOT NULL) AS all_worded, min(score) AS least, max(score) AS most,
          coalesce(bool_and(score = floor(score)) FILTER (score IS NOT NULL), false) AS whole
        FROM scored GROUP BY item""",
    )
    stage.engine.execute("""
        CREATE OR REPLACE TEMP VIEW said AS
        SELECT row, place, item, dimension, CASE WHEN figures THEN score END AS score, cell,
          coalesce(s.low, least_) AS low, coalesce(s.high, most_) AS high, stated
        FROM scored JOIN (SELECT item, figures, low, high, low IS NOT NULL AND high IS NOT NULL AS stated,
          CASE WHEN all_worded THEN 1 WHEN least < 0 THEN least WHEN NOT whole THEN 0
               WHEN most <= 10 AND least >= 1 THEN 1 ELSE 0 END AS least_,
          CASE WHEN all_worded THEN 5 WHEN least = 0 AND most <= 1 AND whole THEN 1
               WHEN most <= 5 AND least >= 0 THEN 5 WHEN most <= 7 AND least >= 1 THEN 7
               WHEN most <= 10 THEN 10 WHEN most <= 100 THEN 100 ELSE most END AS most_
          FROM scales) s USING (item)""")
    stage.engine.execute("""
        UPDATE lines SET accepted = false, problem = 'outside' WHERE accepted AND row IN (
          SELECT row FROM said WHERE score < low OR score > high)""")
    stage.engine.execute("""
        UPDATE lines SET accepted = false, problem = 'nothing'
        WHERE accepted AND row NOT IN (SELECT row FROM scored)""")
    given.notes.extend(_notes(stage, given))


def _told(given: Given) -> str:
    """SQL of every answer as it is written: row, place, item, cell, low, high (null where not stated), dimension."""
    if "item" in given.mapping:
        known = meant("dimension", DIMENSIONS)
        return f"""
            SELECT row, 0 AS place, left(item, {LONGEST_QUESTION}) AS item, answer AS cell,
              CAST(CASE WHEN scale_max IS NOT NULL
                THEN coalesce(scale_min, CASE WHEN scale_max > 7 THEN 0 ELSE 1 END) END AS DOUBLE) AS low,
              CAST(scale_max AS DOUBLE) AS high,
              coalesce(nullif({known}, ''), {meant("item", DIMENSIONS)}) AS dimension
            FROM lines WHERE accepted AND item <> ''"""  # noqa: S608 -- our own names
    columns = [(given.mapping[name], name) for name in MEASURED if name in given.mapping]
    if not columns and "answer" in given.mapping:
        columns.append((given.mapping["answer"], ""))
    columns += [(heading, "") for heading in questions(given)]
    parts = [_column(place, heading, name, given) for place, (heading, name) in enumerate(columns)]
    nothing = """SELECT 0::BIGINT AS row, 0 AS place, '' AS item, '' AS cell, 0::DOUBLE AS low, 0::DOUBLE AS high,
        '' AS dimension WHERE false"""
    return " UNION ALL ".join(parts or [nothing])


def _column(place: int, heading: str, name: str, given: Given) -> str:
    quoted = heading.replace("'", "''")
    low, high = _scale(heading)
    dimension = f"'{name}'" if name else meant(f"'{quoted}'", DIMENSIONS)
    return f"""
        SELECT row, {place} AS place, left('{quoted}', {LONGEST_QUESTION}) AS item, {given.under(heading)} AS cell,
          {low}::DOUBLE AS low, {high}::DOUBLE AS high, {dimension} AS dimension
        FROM raw JOIN (SELECT row FROM lines WHERE accepted) USING (row)"""  # noqa: S608 -- our own names


def _scale(heading: str) -> tuple[str, str]:
    """The scale that a heading states: 만족도(1~5), 추천 의향 (10점 만점), NPS."""
    if found := re.search(r"[(\[（]\s*(\d{1,3})\s*점?\s*[-~∼–]\s*(\d{1,3})\s*점?", heading):
        return found[1], found[2]
    if found := re.search(r"(\d{1,3})\s*점\s*(?:만점|척도)", heading):
        return ("0" if int(found[1]) > 7 else "1"), found[1]
    return ("0", "10") if re.search(r"\bnps\b", heading, re.IGNORECASE) else ("NULL", "NULL")


def _agreement() -> str:
    cell = plain("cell")
    cases = " ".join(f"WHEN regexp_full_match({cell}, '{words}') THEN {figure}" for figure, words in AGREEMENT)
    return f"CASE {cases} END"


def _notes(stage: Stage, given: Given) -> Iterator[str]:
    """What was told from the answers or the headings, with the questions it is about."""
    scales = stage.engine.execute(
        "SELECT low, high, list(DISTINCT item) FROM said WHERE score IS NOT NULL AND NOT stated"
        " GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    for low, high, items in scales:
        yield _("The file does not state the scale of %(questions)s: %(low)s to %(high)s was taken.") % {
            "questions": _listed(sorted(items)), "low": f"{low:g}", "high": f"{high:g}",
        }  # fmt: skip
    if "dimension" not in given.mapping:
        mapped = [given.mapping[name] for name in MEASURED if name in given.mapping]
        guessed = stage.engine.execute(
            "SELECT dimension, list(DISTINCT item) FROM said WHERE dimension <> '' AND score IS NOT NULL"
            " GROUP BY 1 ORDER BY 1"
        ).fetchall()
        words = {field.name: field.label for field in FIELDS}
        for dimension, items in guessed:
            if rest := sorted(set(items) - set(mapped)):
                yield _("%(questions)s counts as a question about “%(dimension)s”, by its words.") % {
                    "questions": _listed(rest), "dimension": words[dimension],
                }  # fmt: skip


def _listed(headings: list[str]) -> str:
    shown = ", ".join(f"“{one[:60]}”" for one in headings[:NAMED])
    return f"{shown}, …" if len(headings) > NAMED else shown


def feeds(stage: Stage, given: Given) -> Iterator[Feed]:
    """The accepted rows with their answers; who answered which survey when says which it is where it has no number."""
    more = ("item",) if "item" in given.mapping else ()
    item = "concat_ws(chr(31), item)" if more else "''"
    keyed(stage, own="strftime(time, '%Y%m%d')", apart=item, told=("customer", "time", "survey", *more))
    query = """
        SELECT row, key AS ref, customer, time, survey, said.item, said.dimension, said.score, said.low, said.high,
          CASE WHEN said.score IS NULL THEN said.cell ELSE '' END AS text
        FROM lines JOIN keys USING (row) JOIN said USING (row) ORDER BY row, place"""
    waiting: list[dict[str, Any]] = []
    for _row, answers in groupby(_rows(stage.batches(query, PART)), key=itemgetter("row")):
        told = list(answers)
        waiting.append({
            **{name: told[0][name] for name in ("ref", "customer", "time", "survey")},
            "answers": json.dumps([{name: one[name] for name in ANSWER} for one in told], ensure_ascii=False),
        })  # fmt: skip
        if len(waiting) == PART:
            yield _feed(waiting)
            waiting = []
    if waiting:
        yield _feed(waiting)


def _rows(parts: Iterator[pa.Table]) -> Iterator[dict[str, Any]]:
    for part in parts:
        yield from part.to_pylist()


def _feed(rows: list[dict[str, Any]]) -> Feed:
    return made("surveys", {name: [row[name] for row in rows] for name in rows[0]})


def warnings(counts: Mapping[str, int], _taken: Taken, given: Given) -> list[str]:
    """What was decided on the way."""
    return list(filter(None, [in_future(counts["future"])]))


SURVEYS = Kind(
    name="surveys", label=pgettext_lazy("kind of file", "Survey answers"), fields=FIELDS, settle=stand_ins, gaps=gaps,
    judge=judge, ask=ask, counted={"future": "accepted AND time > now"}, aside=people, feeds=feeds, warnings=warnings,
    reasons=REASONS | {"no_key": NO_KEY}, told_by={"no_key": "customer"}, further=questions,
)  # fmt: skip
