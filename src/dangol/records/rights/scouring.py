"""What a store still holds of what was erased: deleted bytes in its file and its log, read by nobody but a thief.

SQLite overwrites what is deleted while somebody is forgotten; copies that its own housekeeping left behind go when the
file is written anew. PostgreSQL's vacuum takes dead rows; its server's logs and archives follow its own rules.
"""

from datetime import datetime

from django.db import connection

from dangol.records.customers import duties
from dangol.records.rights.models import Destruction


def is_due(*, since: datetime) -> bool:
    """Whether anything was destroyed since then."""
    return any(Destruction.objects.filter(at__gte=since).exclude(tables={}).values_list("tables", flat=True))


def scour() -> None:
    """Write the store anew, so that only what is kept is in its file. Others wait meanwhile; do it at night."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            for table in duties.TABLES.values():
                cursor.execute(f'VACUUM "{table.model._meta.db_table}"')
