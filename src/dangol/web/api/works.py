"""Long work beside the pages, as programs ask after it."""

from ninja import Schema

from dangol.web.start.work import look


class Work(Schema):
    """How a piece of work stands: absent, under_way, failed (with the problem) or done."""

    state: str
    stage: str
    done: int
    total: int
    problem: str


def told_of(key: str) -> Work:
    """What the work of this key last said."""
    told = look(key)
    return Work(state=told.state, stage=told.stage_words, done=told.done, total=told.total, problem=told.problem)
