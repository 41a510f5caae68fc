"""The door for the web server: one worker process with its pages and its background work, and who helps it read."""

import os
from pathlib import Path

from dangol.lib.homes import chosen, hold

_home = Path(os.environ["DANGOL_HOME"])
_home = chosen(_home.parent / "current", _home)
os.environ["DANGOL_HOME"] = str(_home)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dangol.config.settings")
# The worker before this one may still be answering its last page.
_held = hold(_home, os.environ.get("DANGOL_ADDRESS", "this machine"), patience=15.0)

from django.conf import settings  # noqa: E402 -- only now is the home known
from django.core.wsgi import get_wsgi_application  # noqa: E402 -- only now is the home known

from dangol.web.start.companion import Companions  # noqa: E402 -- needs the settings

application = Companions(get_wsgi_application(), settings.DANGOL_PROCESSES)

from dangol.lib.schema import brought_up_to_date  # noqa: E402 -- needs the application
from dangol.records.customers.search_index import index_missing  # noqa: E402 -- needs the application
from dangol.web.customers.warming import start_warming  # noqa: E402 -- needs the application
from dangol.web.imports.incoming import start_looking  # noqa: E402 -- needs the application
from dangol.web.insight.reports.regular import start_reporting  # noqa: E402 -- needs the application
from dangol.web.shell.arriving import sweep  # noqa: E402 -- needs the application
from dangol.web.start.carrier import start_carrier  # noqa: E402 -- needs the application
from dangol.web.start.daily import start_daily  # noqa: E402 -- needs the application
from dangol.web.start.log_keeper import start_log_keeper  # noqa: E402 -- needs the application
from dangol.web.start.steady import settle  # noqa: E402 -- needs the application
from dangol.web.start.worker import start_worker  # noqa: E402 -- needs the application

# Whoever opens a home makes its tables first; one that was chosen by hand may lack some.
if brought_up_to_date():
    index_missing()
sweep()
settle()
start_worker()
start_carrier()
start_daily()
start_log_keeper()
start_looking()
start_reporting()
start_warming()
