"""The tables of a home, brought up to date."""


def brought_up_to_date() -> bool:
    """Apply the changes that wait; whether there were any."""
    from django.core.management import call_command
    from django.core.management.sql import emit_post_migrate_signal
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)
        return True
    # What comes after all changes is done in any case, as it may have been cut off: writing down the kinds of rows.
    emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)
    return False
