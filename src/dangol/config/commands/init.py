"""`dangol init`: an empty home for your own business."""

import argparse

from dangol.config.commands.opening import open_home
from dangol.lib.errors import WrongUse
from dangol.lib.saying import _

# Works on the machine and not on people: whoever can start it owns the files.
NEEDS = None


def add_words(command: argparse.ArgumentParser) -> None:
    command.add_argument("--name", default="", help="the name of the business")
    command.add_argument("--currency", default="KRW", help="its currency (default KRW)")
    command.add_argument("--time-zone", default="Asia/Seoul", help="its time zone (default Asia/Seoul)")


def run(options: argparse.Namespace) -> int:
    from dangol.config.cli import home_of
    from dangol.lib.settings import write_file
    from dangol.lib.time_zones import is_zone

    home = home_of(options, default="own")
    file = home / "dangol.toml"
    if not is_zone(options.time_zone):
        told = _("Unknown time zone “%(zone)s”. Write one such as Asia/Seoul or Europe/London.")
        raise WrongUse(told % {"zone": options.time_zone})
    if not (len(options.currency) == 3 and options.currency.isalpha() and options.currency.isupper()):
        told = _("Unknown currency “%(currency)s”. Write three capital letters such as KRW or USD.")
        raise WrongUse(told % {"currency": options.currency})
    if file.exists():
        told = _("There is a home at %(home)s already. Edit %(file)s, or choose another folder with --home.")
        raise WrongUse(told % {"home": home, "file": file})
    home.mkdir(parents=True, exist_ok=True)
    write_file(
        file,
        {"name": options.name, "source": "own", "currency": options.currency, "time_zone": options.time_zone},
    )
    open_home(home)
    told = _("A home stands at %(home)s. Next: dangol import transactions FILE --home %(home)s")
    print(told % {"home": home})  # noqa: T201
    return 0
