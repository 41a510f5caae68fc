"""`python -m tests.records.rights.forgetting_home`: fill a home with one person, forget them, and say where their
secrets still stand in any file of the home, byte for byte. Says as JSON what was found before and after.
"""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path

import django

# Kept of answers in the warehouse's old months: which survey, which question. Words of ours; the key that led to the
# person is gone. The digest of the upload is a name of a folder.
SURVEY = ("voices.SurveyAnswer.survey", "voices.SurveyAnswer.item", "voices.SurveyAnswer.dimension")


def files_with(home: Path, secrets: dict[str, str]) -> dict[str, list[str]]:
    """File → where the secrets in it had been put. The access log is left aside: it must not be changed."""
    found = {}
    for path in sorted(home.rglob("*")):
        if path.is_file() and "access" not in path.relative_to(home).parts:
            content = path.read_bytes()
            mine = sorted({place for secret, place in secrets.items() if secret.encode() in content})
            if mine:
                found[path.relative_to(home).as_posix()] = mine
    return found


def main() -> None:
    django.setup()
    from django.conf import settings

    from dangol.contact.intake.models import Batch, Reject
    from dangol.contact.intake.rejects import write_file
    from dangol.insight.warehouse.refresh import refresh
    from dangol.records.customers.models import ContactPoint
    from dangol.records.rights import chain, hold, scouring
    from dangol.records.rights.erasure import erase
    from dangol.web.shell import arriving
    from dangol.web.start import work
    from tests.records.rights.whole_person import AT, Filler

    home: Path = settings.DANGOL_HOME
    from tests.stores import make_tables

    make_tables()
    person = Filler().person()
    secrets = {text: place for text, place in person.secrets.items() if place not in SURVEY}
    phone = ContactPoint.objects.get()
    batch = Batch.objects.create(kind="transactions", source="own", started_at=AT, columns=["이름", "전화"])
    Reject.objects.create(batch=batch, row=1, reason="?", original=[person.customer.full_name, phone.value])
    write_file(batch)
    upload = arriving.place() / ("0" * 24) / "file.csv"
    upload.parent.mkdir(parents=True)
    upload.write_text(f"이름,금액\n{person.customer.full_name},1\n", encoding="utf-8")
    refused = home / "incoming" / "till" / "refused" / "1-file.csv"
    refused.parent.mkdir(parents=True)
    refused.write_text(f"이름,금액\n{person.customer.full_name},1\n", encoding="utf-8")
    work._say("import-x", state="done", answer={"warning": person.customer.full_name})
    refresh(at=AT)
    before = files_with(home, secrets)
    erase(person.customer.pk, reason="test", by=None, at=AT)
    refresh(at=AT + timedelta(days=1))
    scouring.scour()
    after = files_with(home, secrets)
    told = {"before": before, "after": after, "held": hold.count(), "ledger": chain.verify().lines}
    print(json.dumps(told, ensure_ascii=False))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dangol.config.settings")
    main()
