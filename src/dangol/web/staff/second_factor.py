"""Who shows more than a password, and taking that away from somebody who lost it."""

from collections.abc import Iterable

from allauth.mfa.models import Authenticator
from django.db.transaction import atomic

from dangol.records.staff.actions import end_sessions
from dangol.records.staff.models import User

MORE = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)  # recovery codes only stand in for these


def having(users: Iterable[User]) -> set[int]:
    """Those of them who have an app or a passkey, by id."""
    found = Authenticator.objects.filter(user__in=list(users), type__in=MORE)
    return set(found.values_list("user_id", flat=True))


@atomic
def reset(user: User) -> int:
    """Take app, passkeys and codes away and end every session: the password alone opens until new ones are added."""
    gone: int = Authenticator.objects.filter(user=user).delete()[0]
    end_sessions(user)
    return gone
