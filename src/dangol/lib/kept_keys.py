"""Foreign keys of the largest tables on PostgreSQL, asked for once a statement instead of once a row.

PostgreSQL looks each key of each row up by itself: half of what it does while a till's export goes in. Here one
question asks for all the keys of a statement, and holds the rows they lead to as a foreign key does. Only two things
are different: rows come after the ones they lead to, also inside a transaction, and TRUNCATE asks nobody. SQLite keeps
its own foreign keys.
Called by: migrations, and store_filling.
"""

from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

COMING, CHANGED, LEFT = "key_comes", "key_changes", "key_is_left"  # what the names of the triggers begin with


@dataclass(frozen=True)
class Key:
    """A column of a table, whose values are ids of another."""

    table: str
    column: str
    into: str

    @property
    def name(self) -> str:
        """What constraint and functions are called."""
        return f"{self.table}_{self.column}_leads_somewhere"


class AskOncePerStatement(Operation):
    """A migration's step: the foreign key of this field is one that is asked for once a statement."""

    reversible = True

    def __init__(self, model_name: str, name: str) -> None:
        self.model_name, self.name = model_name, name

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """To Django it is the foreign key it was."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Put three triggers in the place of the constraint."""
        if schema_editor.connection.vendor != "postgresql":
            return
        key = self._key(app_label, to_state)
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(
                "SELECT conname FROM pg_constraint WHERE contype = 'f' AND conrelid = to_regclass(%s) AND conkey ="
                " ARRAY(SELECT attnum FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attname = %s)",
                [key.table, key.table, key.column],
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f'ALTER TABLE "{key.table}" DROP CONSTRAINT "{name}"')
            for statement in making(key):
                cursor.execute(statement)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Put a constraint in their place again."""
        if schema_editor.connection.vendor != "postgresql":
            return
        key = self._key(app_label, to_state)
        with schema_editor.connection.cursor() as cursor:
            for end in ("comes", "changes", "left"):
                cursor.execute(f'DROP FUNCTION "{key.name}_{end}" CASCADE')
            cursor.execute(
                f'ALTER TABLE "{key.table}" ADD CONSTRAINT "{key.name}" FOREIGN KEY ("{key.column}")'
                f' REFERENCES "{key.into}" ("id") DEFERRABLE INITIALLY DEFERRED'
            )

    def describe(self) -> str:
        """Say what it does."""
        return f"Ask for the key {self.name} of {self.model_name} once a statement"

    @property
    def migration_name_fragment(self) -> str:
        """What a migration of it would be called."""
        return f"{self.model_name.lower()}_{self.name}_once_a_statement"

    def _key(self, app_label: str, state: ProjectState) -> Key:
        model = state.apps.get_model(app_label, self.model_name)
        field: Any = model._meta.get_field(self.name)
        return Key(model._meta.db_table, field.column, field.remote_field.model._meta.db_table)


def making(key: Key) -> list[str]:
    """SQL of the functions and triggers that keep a key; table and column stand in each trigger, to be read again."""
    table, column, into, name = f'"{key.table}"', f'"{key.column}"', f'"{key.into}"', key.name
    said = f"A foreign key leads nowhere: {key.table}.{key.column}, to {key.into}."
    wrong = f"USING MESSAGE = '{said}', CONSTRAINT = '{name}', TABLE = '{key.table}'"
    told = f"('{key.column}', '{key.into}')"
    asked = (
        f"SELECT (SELECT count(DISTINCT {column}) FROM coming) - (SELECT count(*) FROM"  # noqa: S608 -- our own names
        f" (SELECT FROM {into} WHERE id IN (SELECT {column} FROM coming) FOR KEY SHARE) held)"
    )
    bodies = {
        # Planned anew each time: one statement brings one row, the next some ten thousand.
        "comes": f"EXECUTE '{asked}' INTO lost; IF lost > 0 THEN RAISE foreign_key_violation {wrong}; END IF;",
        "changes": f"PERFORM FROM {into} WHERE id = NEW.{column} FOR KEY SHARE;"
        f" IF NOT FOUND THEN RAISE foreign_key_violation {wrong}; END IF;",
        "left": f"IF EXISTS (SELECT FROM {table} WHERE {column} = OLD.id)"  # noqa: S608 -- our own names
        f" AND NOT EXISTS (SELECT FROM {into} WHERE id = OLD.id) THEN RAISE foreign_key_violation {wrong}; END IF;",
    }
    functions = [
        f'CREATE OR REPLACE FUNCTION "{name}_{end}"() RETURNS trigger LANGUAGE plpgsql AS'
        f" $do$ DECLARE lost bigint; BEGIN {body} RETURN NULL; END $do$"
        for end, body in bodies.items()
    ]
    return [
        *functions,
        f'CREATE TRIGGER "{COMING}_{key.column}" AFTER INSERT ON {table} REFERENCING NEW TABLE AS coming'
        f' FOR EACH STATEMENT EXECUTE FUNCTION "{name}_comes"{told}',
        f'CREATE TRIGGER "{CHANGED}_{key.column}" AFTER UPDATE OF {column} ON {table} FOR EACH ROW'
        f" WHEN (NEW.{column} IS NOT NULL AND NEW.{column} IS DISTINCT FROM OLD.{column})"
        f' EXECUTE FUNCTION "{name}_changes"{told}',
        # At the end of the transaction, as of every foreign key here: what led there may go after it.
        f'CREATE CONSTRAINT TRIGGER "{LEFT}_{key.table}_{key.column}" AFTER DELETE OR UPDATE OF id ON {into}'
        f' DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "{name}_left"()',
    ]


def kept(cursor: Any) -> list[Key]:
    """The keys that are kept so in this schema."""
    cursor.execute(
        "SELECT relname, split_part(told, '\\000', 1), split_part(told, '\\000', 2)"
        " FROM (SELECT *, encode(tgargs, 'escape') AS told FROM pg_trigger) pg_trigger"
        " JOIN pg_class ON pg_class.oid = tgrelid"
        " WHERE starts_with(tgname, %s) AND relnamespace = current_schema()::regnamespace ORDER BY relname, tgname",
        [f"{COMING}_"],
    )
    return [Key(*row) for row in cursor.fetchall()]


def refuse_lost(cursor: Any, key: Key) -> None:
    """Raise IntegrityError where a row leads nowhere, as it may when it came while the triggers were off."""
    cursor.execute(
        f'SELECT count(*) FROM "{key.table}" t WHERE "{key.column}" IS NOT NULL'  # noqa: S608 -- our own names
        f' AND NOT EXISTS (SELECT FROM "{key.into}" i WHERE i.id = t."{key.column}")'
    )
    if count := cursor.fetchone()[0]:
        raise IntegrityError(f"{count} foreign keys lead nowhere: {key.table}.{key.column}, to {key.into}.")
