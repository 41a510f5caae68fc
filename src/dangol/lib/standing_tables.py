"""Whether a home's tables are as this version of Dangol knows them, told by the names of changes alone.

To read what every change says takes longer than most commands take for their own work.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules


def stand() -> bool:
    """Whether every change was made, and all that follows the last; where not, somebody has to look closer."""
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    return set(_changes()) <= MigrationRecorder(connection).applied_migrations().keys() and _kinds_are_written_down()


def _changes() -> Iterator[tuple[str, str]]:
    """Room and name of every change that this version has a file for."""
    from django.apps import apps

    for room in apps.get_app_configs():
        if find_spec(name := f"{room.name}.migrations"):  # some rooms have no tables
            folder = import_module(name).__path__
            yield from ((room.label, one.name) for one in iter_modules(folder) if one.name[0] not in "_~")


def _kinds_are_written_down() -> bool:
    """Whether kinds of rows, and what may be done with them, are there: Django writes them after the last change."""
    from django.apps import apps
    from django.contrib.auth import get_permission_codename
    from django.contrib.auth.models import Permission
    from django.contrib.contenttypes.models import ContentType

    known = [model._meta for model in apps.get_models()]
    may = {(one.app_label, get_permission_codename(word, one)) for one in known for word in one.default_permissions}
    may |= {(one.app_label, codename) for one in known for codename, _name in one.permissions}
    kinds = ContentType.objects.values_list("app_label", "model")
    rights = Permission.objects.values_list("content_type__app_label", "codename")
    return {(one.app_label, one.model_name) for one in known} <= set(kinds) and may <= set(rights)
