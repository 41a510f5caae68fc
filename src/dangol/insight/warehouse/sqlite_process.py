"""Reads a SQLite file for another process: `python -m dangol.insight.warehouse.sqlite_process FILE`.

Each line that comes is JSON: {"ask": SQL} is answered by a stream of Arrow and a line of how many rows it had, or of
what went wrong; {"run": SQL} is not answered. Nothing of Dangol is loaded but this.
"""

import json
import os
import sys
from typing import IO, Any
from urllib.parse import quote

import pyarrow as pa
from adbc_driver_manager import dbapi as manager
from adbc_driver_sqlite import dbapi

BATCH = {"adbc.sqlite.query.batch_rows": "65536"}


def serve(file: str, questions: IO[bytes], answers: IO[bytes]) -> None:
    """Answer questions until none comes."""
    with dbapi.connect(f"file:{quote(file)}?mode=ro", autocommit=True) as store, store.cursor() as cursor:
        for line in questions:
            told = json.loads(line)
            if "run" in told:
                cursor.execute(told["run"])
                continue
            answers.write(json.dumps(_answered(cursor, told["ask"], answers)).encode() + b"\n")
            answers.flush()


def _answered(cursor: Any, question: str, answers: IO[bytes]) -> dict[str, Any]:
    """Stream the rows; what is to be said of them afterwards."""
    rows, schema = 0, pa.schema([])
    out = None
    try:
        cursor.adbc_statement.set_options(**BATCH)
        cursor.execute(question)
        coming = cursor.fetch_record_batch()
        schema = coming.schema
        out = pa.ipc.new_stream(answers, schema)
        for batch in coming:
            out.write_batch(batch)
            rows += batch.num_rows
    except BrokenPipeError:
        raise
    except (manager.Error, OSError, pa.ArrowException) as error:
        return {"wrong": str(error).splitlines()[0]}
    finally:
        (out or pa.ipc.new_stream(answers, schema)).close()
    return {"rows": rows}


if __name__ == "__main__":
    try:
        serve(sys.argv[1], sys.stdin.buffer, sys.stdout.buffer)
    except BrokenPipeError:
        os._exit(0)  # whoever asked is gone, and so is all that could be said
