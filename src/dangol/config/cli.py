"""The `dangol` command: reads the words, opens the home, calls one command, says one sentence on failure.

Exit codes: 0 done, 1 the work failed, 2 wrong use. Heavy modules load inside the command that needs them.
"""

import argparse
import errno
import gc
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from dangol import __version__
from dangol.lib.errors import DangolError, WrongUse
from dangol.lib.saying import _

COMMANDS = {
    "demo": "load a demo business, go once round the loop, serve it",
    "init": "make an empty home for your own business",
    "simulate": "make a plausible business of any size, for trying and measuring",
    "prove": "hold the values of a simulated business against its known truth",
    "import": "take in a file of your own",
    "undo": "take an import back, as if the file had never come",
    "export": "write a list of customers into a file, for another system",
    "find": "find customers by part of a name, 초성 or last four digits",
    "duplicates": "find who stands in the records twice; nothing is merged",
    "refresh": "bring the warehouse up to the records",
    "cube": "metrics by month, category, district … with totals, as a table, JSON or CSV",
    "relationship": "value every customer on both sides",
    "serve": "serve the pages of a home",
    "backup": "everything of a home in one file, while the home is at work",
    "restore": "bring a backup back",
    "keys": "say how many keys seal texts, or change them",
    "unlock": "let somebody in again who cannot get in",
    "doctor": "check that everything Dangol needs is here",
}


def parser() -> argparse.ArgumentParser:
    """The words of the command line; each command adds its own."""
    top = argparse.ArgumentParser(prog="dangol", description="단골 · a closed-loop customer information system")
    top.add_argument("--version", action="version", version=f"dangol {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, purpose in COMMANDS.items():
        command = commands.add_parser(name, help=purpose, description=purpose)
        command.add_argument("--home", metavar="DIR", help="the home folder (default: DANGOL_HOME)")
        module = importlib.import_module(f"dangol.config.commands.{module_of(name)}")
        if module.NEEDS:
            command.add_argument(
                "--as", dest="acting", metavar="NAME", help="act as this member of staff (default: the owner)"
            )
        module.add_words(command)
    return top


def module_of(command: str) -> str:
    """The file a command lives in; `import` is a word of the language."""
    return "import_file" if command == "import" else command


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the entry point of the installed `dangol`."""
    options = parser().parse_args(argv)
    command = importlib.import_module(f"dangol.config.commands.{module_of(options.command)}")
    try:
        return int(command.run(options) or 0)
    except WrongUse as error:
        return _say(error, 2)
    except DangolError as error:
        return _say(error, 1)
    except KeyboardInterrupt:
        return _say(_("Stopped. Run the same command again to go on where it stopped."), 130)
    except OSError as error:
        return _say(_about_files(error), 1)
    except Exception as error:
        sentence = _about_stores(error)
        if sentence is None:
            raise
        return _say(sentence, 1)
    finally:
        _close_home()
        gc.freeze()  # what is left goes with the process: looking through it once more was a tenth of a short command


def home_of(options: argparse.Namespace, *, default: str = "dairy") -> Path:
    """The home the command works on, and from now on DANGOL_HOME of this process."""
    if options.home:
        home = Path(options.home)
    elif os.environ.get("DANGOL_HOME"):
        home = Path(os.environ["DANGOL_HOME"])
    else:
        from dangol.lib.homes import homes_folder

        home = homes_folder() / default
    os.environ["DANGOL_HOME"] = str(home.resolve())
    return home.resolve()


def _close_home() -> None:
    """Take what the command wrote into the access log; where that cannot be done now, it waits."""
    from dangol.config.commands import opening

    if problem := opening.close_home():
        _say(problem, 0)


def _say(problem: object, code: int) -> int:
    from dangol.config.commands import opening

    opening.end_bars()
    sys.stderr.write(f"dangol: {problem}\n")
    return code


def _about_files(error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return _("The disk is full. Make room and run the same command again; nothing half-done was kept.")
    if isinstance(error, ModuleNotFoundError):
        return str(error)
    where = f" {error.filename}" if error.filename else ""
    told = _("%(problem)s:%(where)s. Check that the path exists and may be read and written.")
    return told % {"problem": error.strerror or error, "where": where}


def _about_stores(error: Exception) -> str | None:
    """A sentence for faults of a store that every command can meet; None when it is our own mistake."""
    if isinstance(error, ModuleNotFoundError):
        told = _("The package “%(name)s” is missing. Run `make setup` (or `pip install -e .[demo]`) and try again.")
        return told % {"name": error.name}
    text = str(error)
    if "disk is full" in text or "No space left" in text:
        return _("The disk is full. Make room and run the same command again; nothing half-done was kept.")
    if (
        type(error).__module__.startswith(("django.db", "psycopg", "sqlite3"))
        and "OperationalError" in type(error).__name__
    ):
        told = _("The records cannot be opened (%(problem)s). Check DATABASE_URL, or that nobody else holds the home.")
        return told % {"problem": text.strip()}
    if "file is not a database" in text or "malformed" in text:
        return _("The records file is damaged. Put back a copy of records.sqlite3, or choose another --home.")
    return None


if __name__ == "__main__":
    sys.exit(main())
