"""`dangol restore`: bring a backup back, into a new home or in place of the one that stands."""

import argparse
import os
import time
from pathlib import Path

from dangol.config.commands.opening import bars, load_home, print_json
from dangol.lib.errors import WrongUse
from dangol.lib.saying import _

# Works on the machine and not on people: whoever can start it owns the files.
NEEDS = None


def add_words(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", help="a file made by `dangol backup`")
    command.add_argument("--into", metavar="DIR", help="a new folder for it, beside the home")
    command.add_argument(
        "--replace", action="store_true", help="put it in the place of the home, which is kept under another name"
    )
    command.add_argument(
        "--keys", metavar="PATH", help="your copy of keys.json, or the folder with keys.json and secret"
    )
    command.add_argument("--json", action="store_true", help="end with one JSON object on the last line")


def run(options: argparse.Namespace) -> int:
    from dangol.lib.homes import homes_folder

    started = time.perf_counter()
    file, keys = Path(options.file), Path(options.keys) if options.keys else None
    for path, here in ((file, file.is_file()), (keys, keys is None or keys.exists())):
        if not here:
            raise WrongUse(_("There is no file %(file)s. Check its name and folder.") % {"file": path})
    if options.into and options.replace:
        raise WrongUse(_("Say either --into, for a new folder, or --replace, for the place of the home."))
    told = options.home or os.environ.get("DANGOL_HOME")
    # Settings of nobody's home: the one that stands may be the very one that cannot be read any more.
    load_home(homes_folder() / ".nowhere")
    from dangol.web.clock import now
    from dangol.web.start.backup import words
    from dangol.web.start.backup.archive import contents_of
    from dangol.web.start.backup.restoring import Wish, restore

    home = Path(told or homes_folder() / Path(contents_of(file).place).name).resolve()
    into = Path(options.into).resolve() if options.into else home
    wish = Wish(file, into, replace=options.replace, keys=keys, standing=[home])
    done = restore(wish, at=now(), progress=bars(quiet=options.json))
    if options.json:
        print_json(words.told_of_restore(done, seconds=round(time.perf_counter() - started, 1)))
    else:
        print("\n".join(words.of_restore(done)))  # noqa: T201
    return 0
