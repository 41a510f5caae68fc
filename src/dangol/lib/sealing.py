"""Texts that nobody reads who has the stores alone: sealed with keys that lie in a file of their own.

A sealed text is a Fernet token (AES-128-CBC with HMAC-SHA256). The first key of the file seals and all of them open, so
a new key can be put in front and old texts sealed anew, one by one. "" stays "": there is nothing to hide.
"""

import json
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, router
from django.db.transaction import atomic
from django.utils.translation import gettext as _

from dangol.lib.errors import DangolError

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

AT_ONCE = 500  # texts looked at and sealed anew at a time

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
    """Say that a column holds sealed texts, so that a new key reaches it; `data__secret` is a key of a JSON column."""
    if (model, field) not in SEALED:
        SEALED.append((model, field))


@dataclass(frozen=True)
class SealedStore:
    """A store of its own, not of the records, that holds sealed texts: how many; some at a time, each with its number;
    and putting (again, number, token) in the place of a token.
    """

    count: Callable[[], int]
    parts: Callable[[], Iterator[list[tuple[int, str]]]]
    replace: Callable[[list[tuple[str, int, str]]], None]


STORES: dict[str, SealedStore] = {}


def register_store(name: str, store: SealedStore) -> None:
    """Say that a store of its own holds sealed texts, so that a new key reaches it."""
    STORES[name] = store


def key_file() -> Path:
    """Where the keys lie: outside both stores."""
    path: Path = settings.DANGOL_KEYS
    return path


def seal(text: str) -> str:
    """The text as it may lie in a store; the first one of a home makes its keys. Raises KeyLost."""
    return _box(_keys(make=True)).encrypt(text.encode()).decode() if text else ""


def sealer() -> Callable[[str], str]:
    """`seal` for very many texts: the keys are read once. Raises KeyLost."""
    box = _box(_keys(make=True))
    return lambda text: box.encrypt(text.encode()).decode() if text else ""


def unseal(token: str) -> str:
    """The text of a sealed one. Raises KeyLost."""
    return _opened(_box(_keys()), token) if token else ""


def count() -> int:
    """How many keys the file holds. Raises KeyLost."""
    return len(_keys().fields)


def sealed() -> int:
    """How many sealed texts there are."""
    in_stores = sum(store.count() for store in STORES.values())
    return in_stores + sum(_texts(model, field).count() for model, field in SEALED)


def unreadable() -> Iterator[int]:
    """Try every sealed text, some at a time; yields how many of them no key opens. Raises KeyLost."""
    from cryptography.fernet import InvalidToken

    box = _box(_keys())
    for part in _every_part():
        lost = 0
        for _key, token in part:
            try:
                box.decrypt(token.encode())
            except InvalidToken:
                lost += 1
        yield lost


def add_key() -> int:
    """Put a new key in front of the old ones; how many there are now. Raises KeyLost."""
    from cryptography.fernet import Fernet

    keys = _keys()
    _write(replace(keys, fields=(Fernet.generate_key().decode(), *keys.fields)))
    return len(keys.fields) + 1


def seal_anew() -> Iterator[tuple[int, int]]:
    """Seal with the newest key what an older one sealed; yields how many texts were looked at, how many sealed anew.

    Killed in between, some texts have the new key and some an old one: all can be read, and the next call goes on.
    Raises KeyLost.
    """
    keys = _keys()
    newest, box = _box(replace(keys, fields=keys.fields[:1])), _box(keys)
    for parts, put in _places():
        for part in parts:
            old = [(key, token) for key, token in part if not _opens(newest, token)]
            put([(newest.encrypt(_opened(box, token).encode()).decode(), key, token) for key, token in old])
            yield len(part), len(old)


def forget_old_keys() -> int:
    """Leave only the newest key in the file, once everything is sealed with it; how many went. Raises KeyLost."""
    keys, path = _keys(), key_file()
    _write(replace(keys, fields=keys.fields[:1]))
    for left in path.parent.glob(f"{path.name}.*.part"):  # by a change that was killed
        left.unlink(missing_ok=True)
    return len(keys.fields) - 1


def marking_key(purpose: str, *, make: bool = False) -> bytes:
    """A key for marks that only this home can make; the same for ever, whatever happens to those that seal.

    make: begin a key file where there is none, for who has made no mark yet. Raises KeyLost.
    """
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    keys = _keys(make=make)
    return HKDF(SHA256(), 32, salt=None, info=f"dangol {purpose}".encode()).derive(keys.marks.encode())


type _Put = Callable[[list[tuple[str, int, str]]], None]


def _places() -> Iterator[tuple[Iterator[list[tuple[int, str]]], _Put]]:
    """Everywhere that sealed texts lie: some at a time, and how they are replaced."""
    for model, field in SEALED:
        yield _parts(model, field), partial(_replace, model, field)
    for store in STORES.values():
        yield store.parts(), store.replace


def _every_part() -> Iterator[list[tuple[int, str]]]:
    for parts, _put in _places():
        yield from parts


def _texts(model: type[models.Model], field: str) -> "models.QuerySet[models.Model]":
    return model._default_manager.filter(**{f"{field}__isnull": False}).exclude(**{field: ""})


def _parts(model: type[models.Model], field: str) -> Iterator[list[tuple[int, str]]]:
    after = 0
    while part := list(_texts(model, field).filter(pk__gt=after).order_by("pk").values_list("pk", field)[:AT_ONCE]):
        yield part
        after = part[-1][0]


def _replace(model: type[models.Model], field: str, again: list[tuple[str, int, str]]) -> None:
    """Whoever changed a text meanwhile has used the new key already: theirs stays."""
    with atomic(using=router.db_for_write(model)):
        for text, key, token in again:
            mine = model._default_manager.filter(pk=key, **{field: token})
            column, _sep, name = field.partition("__")
            if not name:
                mine.update(**{field: text})
            elif row := mine.select_for_update().first():
                getattr(row, column)[name] = text
                row.save(update_fields=[column])


def _opens(box: "MultiFernet", token: str) -> bool:
    with suppress(KeyLost):
        _opened(box, token)
        return True
    return False


def _opened(box: "MultiFernet", token: str) -> str:
    from cryptography.fernet import InvalidToken

    try:
        return box.decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise KeyLost(key_file()) from error


def _keys(*, make: bool = False) -> Keys:
    path = key_file()
    try:
        told = path.stat()
    except FileNotFoundError as error:
        if make and not sealed():
            return _made()
        raise KeyLost(path) from error
    # A new file has a number of its own, however quickly it follows the one before.
    return _parsed(path, told.st_mtime_ns, told.st_ino, told.st_size)


@lru_cache(maxsize=8)
def _parsed(path: Path, *_state: int) -> Keys:
    try:
        told = json.loads(path.read_text(encoding="ascii"))
        keys = Keys(tuple(told["fields"]), told["marks"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise KeyLost(path) from error
    if not keys.fields or not keys.marks:
        raise KeyLost(path)
    return keys


def _made() -> Keys:
    from cryptography.fernet import Fernet

    part = _written(Keys((Fernet.generate_key().decode(),), secrets.token_urlsafe(32)))
    # Of two who begin at once one is first, and both use what that one made.
    with suppress(FileExistsError):
        os.link(part, key_file())
    part.unlink()
    return _keys()


def _write(keys: Keys) -> None:
    _written(keys).replace(key_file())


def _written(keys: Keys) -> Path:
    """The keys in a file beside their own, for nobody else to read, and on the disk before it is used."""
    path = key_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    part.touch(mode=0o600, exist_ok=False)
    with part.open("w", encoding="ascii") as file:
        file.write(json.dumps({"fields": keys.fields, "marks": keys.marks}))
        file.flush()
        os.fsync(file.fileno())
    return part


def _box(keys: Keys) -> "MultiFernet":
    from cryptography.fernet import Fernet, MultiFernet

    try:
        return MultiFernet([Fernet(key) for key in keys.fields])
    except ValueError as error:
        raise KeyLost(key_file()) from error
