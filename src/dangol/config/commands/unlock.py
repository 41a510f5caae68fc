"""`dangol unlock`: let somebody in again who cannot get in, from the machine itself."""

import argparse

from dangol.config.commands.opening import acting, open_home
from dangol.lib.errors import DangolError, WrongUse
from dangol.lib.saying import _

NEEDS = "manage_staff"


class NobodyOfThatName(DangolError):
    """No member of staff signs in with this name."""


def add_words(command: argparse.ArgumentParser) -> None:
    command.add_argument("name", help="the name somebody signs in with")
    command.add_argument("--second-factor", action="store_true", help="take app, passkeys and recovery codes away, too")
    command.add_argument(
        "--password", action="store_true", help="forget the owner's password, to be set anew at this machine"
    )


def run(options: argparse.Namespace) -> int:
    from dangol.config.cli import home_of

    open_home(home_of(options))
    viewer = acting(options, NEEDS)
    from dangol.records.staff.access.entries import Verb
    from dangol.records.staff.actions import forget_password, unlock
    from dangol.records.staff.models import User
    from dangol.web.staff import second_factor

    user = User.objects.filter(username__iexact=options.name, is_active=True).first()
    if user is None:
        raise NobodyOfThatName(
            _("Nobody who works here signs in as %(name)s. The page Staff shows all names.") % {"name": options.name}
        )
    if options.password and user.role != User.Role.OWNER:
        raise WrongUse(_("The owner gives %(name)s a link for a new password on the page Staff.") % {"name": user})
    done = [_("unlocked")]
    unlock(user)
    if options.second_factor:
        second_factor.reset(user)
        done.append(_("second factor taken away"))
    if options.password:
        forget_password(user)
        done.append(_("password forgotten; set a new one at this machine"))
    viewer.note(Verb.GRANTED, reason=f"{user}: {', '.join(done)}")
    print(f"{user}: {', '.join(done)}.")  # noqa: T201
    return 0
