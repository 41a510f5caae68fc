"""The process in which a restored home is opened before it is in place: `python -m dangol.web.start.backup.reopening`.

It tells on standard output, one JSON object a line: progress, a problem, or that it is ready. It then waits for the
word to take the last step; no word, because whoever asked is gone, means that nothing happened.
"""

import json
import os
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any


def main(words: list[str]) -> int:
    """`open FILE TIME` or `finished IDENT`; the exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dangol.config.settings")
    told = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever else is printed is no word of ours
    import django

    from dangol.lib.errors import DangolError

    try:
        django.setup()
        if words[0] == "finished":
            from dangol.web.start.backup.reopened import is_finished

            return 0 if is_finished(words[1]) else 1
        return _open(Path(words[1]), datetime.fromisoformat(words[2]), told)
    except DangolError as error:
        _say(told, problem=str(error))
        return 1
    except Exception as error:
        import traceback

        traceback.print_exc()
        _say(told, problem=f"{type(error).__name__}: {error}".strip().splitlines()[0])
        return 1


def _open(file: Path, at: datetime, told: Any) -> int:
    from django.db import connection

    from dangol.web.start.backup import reopened
    from dangol.web.start.backup.archive import contents_of
    from dangol.web.start.backup.other_process import WORD

    contents = contents_of(file)
    try:
        found = reopened.open_again(contents, at=at, progress=lambda *words: _tell(told, *words))
        if connection.vendor != "postgresql":
            connection.close()  # so that the store is one whole file again
        _say(told, ready=asdict(found))
        if sys.stdin.readline() != WORD:
            raise BrokenPipeError("Nobody waits for this any more.")
        reopened.finish(contents)
    except BaseException:
        reopened.undo()
        raise
    return 0


def _tell(told: Any, stage: str, done: int, total: int, /) -> None:
    _say(told, stage=stage, done=done, total=total)


def _say(told: Any, **words: Any) -> None:
    told.write(json.dumps(words, ensure_ascii=False) + "\n")
    told.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
