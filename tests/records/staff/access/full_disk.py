"""`python -m tests.records.staff.access.full_disk HOME`: writes until its file may not grow any more."""

from __future__ import annotations

import json
import os
import resource
import signal
import sys

import django


def main() -> None:
    os.environ.update(DANGOL_HOME=sys.argv[1], DJANGO_SETTINGS_MODULE="dangol.config.settings")
    django.setup()
    from dangol.records.staff.access import spool, store
    from tests.records.staff.access.writing import entry, kept

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, unlimited[1]))
    written = refused = 0
    for number in range(30):
        try:
            spool.append(entry(number, number + 1))
        except OSError:
            refused += 1
        else:
            written += 1
    resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
    spool.append(entry(99))
    spool.let_go()
    store.seal()
    damaged = sum(one.verb == "damaged" for one in kept())
    print(json.dumps({"written": written + 1, "refused": refused, "kept": len(kept()), "damaged": damaged}))


if __name__ == "__main__":
    main()
