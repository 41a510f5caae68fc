"""Texts that nobody reads who has the stores alone: sealed with keys that lie in a file of their own.

A sealed text is a Fernet token (AES-128-CBC with HMAC-SHA256). The first key of the file seals and all of them open, so
a new key can be put in front and old texts sealed anew, one by one. "" stays "": there is nothing to hide.
"""

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _

from dangol.lib.errors import DangolError

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

ROTATED = 500  # texts sealed anew at a time

# Columns that hold sealed texts; rooms register theirs in ready().
SEALED: list[tuple[type[models.Model], str]] = []


class KeyLost(DangolError):
    """A text was sealed with a key that is not in the key file, or the file itself is gone or damaged."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            _("The key of this text is not in %(file)s. Put the key file back from your copy; nothing was changed.")
            % {"file": path}
        )


@dataclass(frozen=True)
class Keys:
    """What the key file holds: `fields` seal texts, the newest first; `marks` signs what must not be changed."""

    fields: tuple[str, ...]
    marks: str


def register(model: type[models.Model], field: str) -> None:
    """Say that a column holds sealed texts, so that a new key reaches it."""
    if (model, field) not in SEALED:
        SEALED.append((model, field))


def key_file() -> Path:
    """Where the keys lie: outside both stores."""
    path: Path = settings.DANGOL_KEYS
    return path


def seal(text: str) -> str:
    """The text as it may lie in a store; the first one of a home makes its keys."""
    return _box(_keys(make=True)).encrypt(text.encode()).decode() if text else ""


def unseal(token: str) -> str:
    """The text of a sealed one. Raises KeyLost."""
    from cryptography.fernet import InvalidToken

    if not token:
        return ""
    try:
        return _box(_keys()).decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise KeyLost(key_file()) from error


def add_key() -> int:
    """Put a new key in front of the old ones; how many there are now. Raises KeyLost."""
    from cryptography.fernet import Fernet

    keys = _keys()
    _write(replace(keys, fields=(Fernet.generate_key().decode(), *keys.fields)))
    return len(keys.fields) + 1


def seal_anew() -> Iterator[int]:
    """Seal every text with the newest key, some at a time; yields how many were. Raises KeyLost.

    Killed in between, some texts have the new key and some an old one: all can be read, and the next call goes on.
    """
    from cryptography.fernet import InvalidToken

    box = _box(_keys())
    for model, field in SEALED:
        after = 0
        while part := list(_sealed(model, field, after)):
            for key, token in part:
                try:
                    again = box.rotate(token.encode()).decode()
                except InvalidToken as error:
                    raise KeyLost(key_file()) from error
                # Whoever changed the text meanwhile has used the new key already.
                model._default_manager.filter(pk=key, **{field: token}).update(**{field: again})
            after = part[-1][0]
            yield len(part)


def forget_old_keys() -> int:
    """Leave only the newest key in the file, once everything is sealed with it; how many went."""
    keys = _keys()
    _write(replace(keys, fields=keys.fields[:1]))
    return len(keys.fields) - 1


def marking_key(purpose: str) -> bytes:
    """A key for marks that only this home can make; the same for ever, whatever happens to those that seal."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    keys = _keys(make=True)
    return HKDF(SHA256(), 32, salt=None, info=f"dangol {purpose}".encode()).derive(keys.marks.encode())


def _sealed(model: type[models.Model], field: str, after: int) -> "models.QuerySet[models.Model, tuple[int, str]]":
    rows = model._default_manager.filter(pk__gt=after).exclude(**{field: ""})
    return rows.order_by("pk").values_list("pk", field)[:ROTATED]


def _keys(*, make: bool = False) -> Keys:
    path = key_file()
    try:
        return _parsed(path, path.stat().st_mtime_ns)
    except FileNotFoundError as error:
        if make and not any(model._default_manager.exclude(**{field: ""}).exists() for model, field in SEALED):
            return _made()
        raise KeyLost(path) from error


@lru_cache(maxsize=8)
def _parsed(path: Path, _changed: int) -> Keys:
    try:
        told = json.loads(path.read_text(encoding="ascii"))
        return Keys(tuple(told["fields"]), told["marks"])
    except (ValueError, KeyError, TypeError) as error:
        raise KeyLost(path) from error


def _made() -> Keys:
    from cryptography.fernet import Fernet

    keys = Keys((Fernet.generate_key().decode(),), secrets.token_urlsafe(32))
    _write(keys)
    return keys


def _write(keys: Keys) -> None:
    path = key_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.touch(mode=0o600)
    part.write_text(json.dumps({"fields": keys.fields, "marks": keys.marks}), encoding="ascii")
    part.replace(path)


def _box(keys: Keys) -> "MultiFernet":
    from cryptography.fernet import Fernet, MultiFernet

    try:
        return MultiFernet([Fernet(key) for key in keys.fields])
    except ValueError as error:
        raise KeyLost(key_file()) from error
