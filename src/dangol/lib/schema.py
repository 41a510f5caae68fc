"""The tables of a home, brought up to date."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from dangol.lib.errors import DangolError
from dangol.lib.standing_tables import stand

if TYPE_CHECKING:
    from django.db.migrations import Migration
    from django.db.migrations.executor import MigrationExecutor
    from django.db.migrations.state import ModelState, ProjectState


class HalfOfItsChanges(DangolError):
    """The home went through some of the changes that this version of Dangol knows only as one."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "The tables of this home are of an early Dangol, before its first release."
                " Open the home once with the last version that knows them, or put it back from a backup."
            )
        )


def brought_up_to_date() -> bool:
    """Apply the changes that wait; whether there were any. Raises HalfOfItsChanges."""
    from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
    from django.db import connection

    if stand():
        return False
    executor = _executor()
    waiting = changes_waiting(executor)
    if waiting:
        executor.loader.check_consistent_history(connection)
        # Kinds of rows that change their name keep their number: that is put into the plan here.
        plan = [(change, False) for change in waiting]
        apps = _tables_known(executor).apps
        emit_pre_migrate_signal(verbosity=0, interactive=False, db=connection.alias, apps=apps, plan=plan)
        apply(waiting, executor)
    executor.check_replacements()  # written down, so that the list of what was replaced may be forgotten one day
    # What comes after all changes is done in any case, as it may have been cut off: writing down the kinds of rows.
    emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)
    return bool(waiting)


def apply(changes: Sequence[Migration], executor: MigrationExecutor | None = None) -> None:
    """Apply these changes, which come next.

    As Django's own `migrate` does it, in a sixth of the time: for every new table, column, index and constraint, Django
    reads all tables anew that the table leads to, and those that lead to them, which is nearly the whole house. A new
    table has nothing that leads to it, and who leads to one that gets more goes on leading to it by the same columns.
    """
    executor = executor or _executor()
    executor.migrate(None, plan=[(change, False) for change in changes], state=_tables_known(executor))


def changes_waiting(executor: MigrationExecutor | None = None) -> list[Migration]:
    """Return the changes that the home's tables wait for, in their order. Raises HalfOfItsChanges."""
    executor = executor or _executor()
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [change for change, _back in plan]


def with_replaced(changes: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return these changes (room, name), with those of today's version that stand for several of them, all there."""
    from django.db.migrations.loader import MigrationLoader

    replacing = MigrationLoader(None).replacements.items()
    return {*changes, *(name for name, change in replacing if set(change.replaces) <= set(changes))}


def _tables_known(executor: MigrationExecutor) -> ProjectState:
    """The tables of the home as they are before what comes next; one that is new or changed is read by itself."""
    from django.db.migrations.state import ProjectState

    class Tables(ProjectState):
        def add_model(self, model_state: ModelState) -> None:
            read = self.__dict__.pop("apps", None)
            super().add_model(model_state)
            if read is not None:
                self.__dict__["apps"] = read
                read.render_multiple([model_state])

        def add_field(self, app_label: str, model_name: str, *told: Any) -> None:
            read = self.__dict__.pop("apps", None)
            super().add_field(app_label, model_name, *told)
            if read is not None:
                self.__dict__["apps"] = read
                self.reload_model(app_label, model_name, delay=True)

        def reload_model(self, app_label: str, model_name: str, delay: bool = False) -> None:
            if "apps" not in self.__dict__:
                return
            self.is_delayed = delay
            if delay:  # those that lead to it go on leading to it as it was: who asks for rows reads all anew
                self._reload({(app_label, model_name)})  # type: ignore[attr-defined]
            else:  # others may lead by what changes: all are read anew
                del self.__dict__["apps"]

    known = executor._create_project_state(with_applied_migrations=True)  # type: ignore[attr-defined]
    return Tables(known.models, known.real_apps)


def _executor() -> MigrationExecutor:
    from django.db import connection
    from django.db.migrations.exceptions import NodeNotFoundError
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
    except NodeNotFoundError as error:
        raise HalfOfItsChanges from error
    applied = executor.loader.applied_migrations
    for change in executor.loader.replacements.values():
        done = [name in applied for name in change.replaces]
        if any(done) and not all(done):
            raise HalfOfItsChanges
    return executor
