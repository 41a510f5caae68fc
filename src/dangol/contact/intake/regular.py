"""Files that come by themselves: another system drops its export into the folder of a profile, by which it is taken in.

    incoming/POS/sales.csv              waits
    incoming/.taking/17/sales.csv       is being taken in, as import 17; afterwards it is gone
    incoming/POS/refused/17-sales.csv   could not be taken in; 17-sales.csv.txt says why

A file is claimed by the row of its import, one at a time for each file as it lies there (its mark). What a kill leaves
is told by where the file lies and by that row, so that the same work done again goes on from there.
"""

import os
import re
import shutil
import unicodedata
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from stat import S_ISREG
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _

from dangol.contact.intake import nothing_in
from dangol.contact.intake.models import Batch, Profile
from dangol.contact.intake.whose import SOURCE
from dangol.lib.errors import DangolError
from dangol.lib.resident_numbers import masked
from dangol.records.staff.models import User
from dangol.records.staff.roles import May
from dangol.records.staff.scope import scope_of

PLACE, TAKING, REFUSED = "incoming", ".taking", "refused"
STILL = timedelta(minutes=1)  # for so long a file does not change before it is taken in
UNTOUCHED = timedelta(hours=1)  # afterwards nobody writes to a file any more, whatever it is called
AGAIN = timedelta(hours=1)  # after what passes by itself, such as a full disk
# What programs call a file that is not whole yet.
UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".filepart", ".crdownload", "~")
LONGEST = 60  # letters of a name: three bytes each are still a name of a file
DAYS = {Profile.Rhythm.DAY: 1, Profile.Rhythm.WEEK: 7}


class CannotTakeRegularly(DangolError):
    """A profile cannot have a folder of its own for this user, or not in this rhythm."""


@dataclass(frozen=True)
class Standing:
    """How a regular profile stands. `still`: why nothing is taken in now; `due`: by when the next file is expected."""

    profile: Profile
    folder: Path
    last: Batch | None
    waiting: int
    refused: int
    still: str
    due: date | None
    late: bool

    @property
    def failed(self) -> bool:
        """Whether the last file could not be taken in, or nothing of it."""
        return self.last is not None and self.last.state in ("failed", nothing_in.STATE)

    @property
    def problem(self) -> str:
        """Why, in words; "" where the last file is in the records."""
        return "" if self.last is None else self.last.problem or nothing_in.why(self.last)


def place() -> Path:
    """Where the folders are."""
    return Path(settings.DANGOL_HOME) / PLACE


def folder_of(profile: Profile) -> Path:
    """The folder of a profile."""
    return place() / profile.folder


def switched_on() -> QuerySet[Profile]:
    """The profiles by which files come by themselves, by name."""
    return Profile.objects.exclude(taken_by=None).select_related("taken_by", "taken_by__unit").order_by("name", "pk")


def switch_on(profile: Profile, *, rhythm: str, language: str, by: User, at: datetime) -> Profile:
    """Give the profile a folder and take in what comes there, for this user. Raises CannotTakeRegularly."""
    if rhythm not in Profile.Rhythm.values:
        raise CannotTakeRegularly(_("Choose how often a file comes."))
    if not _may(by):
        raise CannotTakeRegularly(_no_more(by))
    profile.folder = profile.folder or _free_folder(profile)
    profile.rhythm, profile.language, profile.taken_by, profile.regular_since = rhythm, language, by, at
    _made(folder_of(profile), at=at)
    profile.save(update_fields=["folder", "rhythm", "language", "taken_by", "regular_since"])
    return profile


def switch_off(profile: Profile) -> None:
    """Take nothing in any more; the folder keeps its name, and what lies there stays."""
    profile.taken_by = None
    profile.save(update_fields=["taken_by"])


def why_still(profile: Profile) -> str:
    """Why nothing is taken in by this profile now; "" where it is."""
    if profile.taken_by is None:
        return _("It is switched off.")
    return _unreadable(profile) if _may(profile.taken_by) else _no_more(profile.taken_by)


def standings(only: Collection[Profile] | None = None, *, at: datetime) -> list[Standing]:
    """How every regular profile stands, or only these, in two questions and a look into each folder."""
    found = list(switched_on() if only is None else switched_on().filter(pk__in=[one.pk for one in only]))
    if not found:
        return []
    newest = Batch.objects.filter(profile__in=found).exclude(mark="").values("profile").annotate(newest=Max("pk"))
    last = {one["profile"]: one["newest"] for one in newest}
    batches = Batch.objects.select_related("undoing").in_bulk(last.values())
    return [_standing(one, batches.get(last.get(one.pk, 0)), on=_day(at)) for one in found]


def files(folder: Path) -> dict[str, Path]:
    """What lies in a folder to be taken in, in order of name: mark → file."""
    return {mark: path for path in _lying(folder) if (mark := mark_of(path))}


def mark_of(path: Path) -> str:
    """What tells a file as it lies there from any other and from itself before a change; "" for what is no file."""
    try:
        seen = path.lstat()
    except OSError:
        return ""
    told = b"%d %d %s" % (seen.st_size, seen.st_mtime_ns, os.fsencode(path.name))
    return sha256(told).hexdigest() if S_ISREG(seen.st_mode) else ""


def busy(profile: Profile, *, at: datetime) -> set[str]:
    """Marks that are claimed, or whose file failed a short time ago and is to be tried again later."""
    failed = ~Q(problem="") & Q(started_at__gt=at - AGAIN)
    claims = Batch.objects.filter(Q(finished_at=None) | failed, profile=profile).exclude(mark="")
    return set(claims.values_list("mark", flat=True))


def claim(profile: Profile, path: Path, mark: str, *, at: datetime) -> Batch:
    """Put the import of a file on record. The store refuses a second one of the same file before the first is done."""
    return Batch.objects.create(
        kind=profile.kind, source=SOURCE, file_name=_spoken(path.name), profile=profile, mark=mark,
        by=profile.taken_by, started_at=at,
    )  # fmt: skip


def claimed() -> QuerySet[Batch]:
    """The imports that are claimed and not done."""
    return Batch.objects.filter(finished_at=None).exclude(mark="")


def taken_in() -> QuerySet[Batch]:
    """The imports of files that came by themselves and are in the records."""
    return Batch.objects.exclude(mark="").exclude(finished_at=None).filter(problem="", undoing=None)


def hold(batch: Batch, folder: str) -> Path | None:
    """Take the claimed file out of its folder, where nobody writes over it; None where it changed or went meanwhile.

    Raises CannotTakeRegularly.
    """
    mine = _mine(batch)
    held = next(_lying(mine, all_of_them=True), None)
    if held is None:
        source = files(place() / folder).get(batch.mark)
        if source is None:
            return None
        try:
            mine.mkdir(mode=0o700, parents=True, exist_ok=True)
            held = source.rename(mine / source.name)
        except OSError as error:  # a folder of another disk, or of somebody else
            raise CannotTakeRegularly(
                _("%(file)s could not be taken out of its folder: %(reason)s.")
                % {"file": source.name, "reason": error.strerror}
            ) from error
    if mark_of(held) == batch.mark:
        return held
    give_back(batch, folder)
    return None


def give_back(batch: Batch, folder: str) -> None:
    """Put a file that was held into its folder again, beside one of the same name that came meanwhile."""
    for held in _lying(_mine(batch), all_of_them=True):
        back = place() / folder / held.name
        back.parent.mkdir(parents=True, exist_ok=True)
        held.rename(back if not back.exists() else back.with_name(f"{batch.pk}-{_short(held.name)}"))
    shutil.rmtree(_mine(batch), ignore_errors=True)


def let_go(batch: Batch, folder: str) -> None:
    """Delete a file that was taken in: what it says is in the records. One that somebody still wrote to comes again."""
    if any(mark_of(held) != batch.mark for held in _lying(_mine(batch), all_of_them=True)):
        give_back(batch, folder)
    shutil.rmtree(_mine(batch), ignore_errors=True)


def refuse(batch: Batch, folder: str) -> None:
    """Lay a file that could not be taken in aside, with a text beside it that says why."""
    aside = place() / folder / REFUSED
    for held in _lying(_mine(batch), all_of_them=True):
        aside.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{batch.pk}-{_short(held.name)}"
        (aside / f"{name}.txt").write_text(f"{batch.problem}\n", encoding="utf-8")
        held.replace(aside / name)
    shutil.rmtree(_mine(batch), ignore_errors=True)


def forget_lying(*, at: datetime) -> int:
    """Let go of what lies there and is not about to be taken in: somebody in it may have been forgotten.

    What waits in a folder that is looked after is in the records within minutes, and who was forgotten is passed over.
    What is called unfinished may be written to this moment, and is left alone for an hour.
    """
    running = [folder_of(one) for one in switched_on() if not why_still(one)]
    waiting = {path for folder in running for path in files(folder).values()}
    gone = [
        path for path in _everything()
        if path not in waiting and (path.parent not in running or at - _since(path, at) > UNTOUCHED)
    ]  # fmt: skip
    return _remove(gone)


def older(than: datetime) -> int:
    """How many files have lain refused, or waiting, since before a time."""
    return len(_older(than))


def let_go_of_older(than: datetime) -> int:
    """Let go of files that have lain so long, with the texts beside them; how many."""
    return _remove(_older(than))


def _older(than: datetime) -> list[Path]:
    return [path for path in _everything() if _since(path, than) < than]


def _since(path: Path, at: datetime) -> datetime:
    """Since when a file lies there as it is, which no program can set back; `at` for one that is gone already."""
    try:
        return datetime.fromtimestamp(path.lstat().st_ctime, at.tzinfo)
    except FileNotFoundError:
        return at


def _everything() -> list[Path]:
    """All files below the folders but those that are being taken in."""
    found = [path for path in place().glob("*/**/*") if path.is_file() or path.is_symlink()]
    taking = {(TAKING, str(number)) for number in claimed().values_list("pk", flat=True)}
    return [path for path in found if path.relative_to(place()).parts[:2] not in taking]


def _remove(found: list[Path]) -> int:
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)


def _standing(profile: Profile, last: Batch | None, *, on: date) -> Standing:
    folder = folder_of(profile)
    assert profile.regular_since is not None  # it is switched on
    came = _day(max(profile.regular_since, last.started_at) if last else profile.regular_since)
    days = DAYS.get(Profile.Rhythm(profile.rhythm), 0)
    due = came + timedelta(days=days) if days else None
    aside = [path for path in _lying(folder / REFUSED, all_of_them=True) if path.suffix != ".txt"]
    return Standing(
        profile, folder, last, len(files(folder)), len(aside), why_still(profile), due, bool(due and on > due)
    )


def _may(user: User) -> bool:
    return user.may(May.IMPORT) and scope_of(user).whole


def _unreadable(profile: Profile) -> str:
    try:
        next(folder_of(profile).iterdir(), None)
    except FileNotFoundError:
        return ""  # it is made when a file is put there
    except OSError as error:
        return _("The folder cannot be read: %(reason)s.") % {"reason": error.strerror}
    return ""


def _no_more(user: User) -> str:
    return _("%(who)s may not take files in. Somebody who may has to switch it on again.") % {"who": user}


def _lying(folder: Path, *, all_of_them: bool = False) -> Iterator[Path]:
    """The files of a folder in order of name, without what is hidden or called unfinished; `all_of_them`: with it."""
    with suppress(OSError):  # `why_still` says so
        for path in sorted(folder.iterdir()):
            named = not path.name.startswith(".") and not path.name.lower().endswith(UNFINISHED)
            if (all_of_them or named) and path.is_file() and not path.is_symlink():
                yield path


def _mine(batch: Batch) -> Path:
    return place() / TAKING / str(batch.pk)


def _made(folder: Path, *, at: datetime) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotTakeRegularly(
            _("The folder %(folder)s could not be made: %(reason)s.") % {"folder": folder, "reason": error.strerror}
        ) from error


def _free_folder(profile: Profile) -> str:
    """A name that every system takes and that says which profile it is; not one that another has."""
    plain = re.sub(r"[^\w]+", "-", unicodedata.normalize("NFC", profile.name)).strip("-_")[:LONGEST].strip("-_")
    plain = plain or profile.kind
    taken = {one.casefold() for one in Profile.objects.exclude(folder="").values_list("folder", flat=True)}
    names = [plain, *(f"{plain}-{number}" for number in range(2, len(taken) + 3))]
    return next(name for name in names if name.casefold() not in taken)


def _spoken(name: str) -> str:
    """A name that can be written down, whatever bytes it was made of."""
    return masked(unicodedata.normalize("NFC", os.fsencode(name).decode("utf-8", "replace")))[:255]


def _short(name: str) -> str:
    stem, dot, ending = _spoken(name).rpartition(".")
    return f"{stem[:LONGEST]}{dot}{ending[:10]}" if dot and stem else ending[:LONGEST]


def _day(at: datetime) -> date:
    return at.astimezone(ZoneInfo(settings.DANGOL.time_zone)).date()
