"""The tables of a home, brought up to date."""


def brought_up_to_date() -> bool:
    """Apply the changes that wait; whether there were any."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    waiting = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    # Asked for in any case: it also writes down which kinds of rows there are.
    call_command("migrate", verbosity=0, interactive=False)
    return waiting
