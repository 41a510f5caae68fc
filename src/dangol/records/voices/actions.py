"""Taking down what customers say."""

from datetime import datetime

import numpy as np
import pyarrow as pa
from django.db import connection
from django.db.transaction import atomic

from dangol.lib import bulk
from dangol.records.changes.actions import record_range
from dangol.records.voices.models import SurveyAnswer


@atomic
def append_answers(answers: pa.Table, *, source: str, at: datetime) -> int:
    """Append survey answers that `source` has not told before; how many were new.

    answers: ref, identity_id, at (UTC), survey, item, dimension, score, scale_min, scale_max.
    """
    if answers.num_rows == 0:
        return 0
    table = SurveyAnswer._meta.db_table
    first = bulk.reserve_ids(connection, table, answers.num_rows)
    last = first + answers.num_rows - 1
    rows = answers.append_column("source", pa.repeat(source, answers.num_rows))
    rows = rows.append_column("id", pa.array(np.arange(first, last + 1)))
    count = bulk.insert_table(connection, table, rows, skip_known=True)
    if count:
        record_range(SurveyAnswer, first_key=first, last_key=last, at=at)
    return count
