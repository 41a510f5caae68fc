"""Reads a SQLite file for another process: `python -m dangol.insight.warehouse.sqlite_process FILE`.

Each line that comes is JSON: {"ask": SQL} is answered by a stream of Arrow and a line of how many rows it had, or of
what went wrong; {"run": SQL} is not answered. Nothing of Dangol is loaded but this.
"""

import json
import os
import sys
from typing import IO, Any
from urllib.parse import quote

import adbc_driver_manager as adbc
import adbc_driver_sqlite
import pyarrow as pa

BATCH = {"adbc.sqlite.query.batch_rows": "65536"}


def serve(file: str, questions: IO[bytes], answers: IO[bytes]) -> None:
    """Answer questions until none comes."""
    # Not by the driver's dbapi, which loads pandas: half of the time that this takes to start.
    with (
        adbc_driver_sqlite.connect(f"file:{quote(file)}?mode=ro") as database,
        adbc.AdbcConnection(database) as store,
    ):
        for line in questions:
            told = json.loads(line)
            with adbc.AdbcStatement(store) as statement:
                if "run" in told:
                    statement.set_sql_query(told["run"])
                    statement.execute_update()
                    continue
                said = _answered(statement, told["ask"], answers)
            answers.write(json.dumps(said).encode() + b"\n")
            answers.flush()


def _answered(statement: adbc.AdbcStatement, question: str, answers: IO[bytes]) -> dict[str, Any]:
    """Stream the rows; what is to be said of them afterwards."""
    rows, schema = 0, pa.schema([])
    out = None
    try:
        statement.set_options(**BATCH)
        statement.set_sql_query(question)
        handle, _ = statement.execute_query()
        with pa.RecordBatchReader.from_stream(handle) as coming:
            schema = coming.schema
            out = pa.ipc.new_stream(answers, schema)
            for batch in coming:
                out.write_batch(batch)
                rows += batch.num_rows
    except BrokenPipeError:
        raise
    except (adbc.Error, OSError, pa.ArrowException) as error:
        return {"wrong": str(error).splitlines()[0]}
    finally:
        (out or pa.ipc.new_stream(answers, schema)).close()
    return {"rows": rows}


if __name__ == "__main__":
    try:
        serve(sys.argv[1], sys.stdin.buffer, sys.stdout.buffer)
    except BrokenPipeError:
        os._exit(0)  # whoever asked is gone, and so is all that could be said
