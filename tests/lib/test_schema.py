"""Tables are brought up to date; what comes after all changes is done though none waits."""

from __future__ import annotations

import pytest
from django.contrib.contenttypes.models import ContentType

from dangol.lib.schema import brought_up_to_date


@pytest.mark.django_db
def test_writes_down_the_kinds_of_rows_though_no_change_waits() -> None:
    ContentType.objects.all().delete()
    ContentType.objects.clear_cache()
    assert not brought_up_to_date()
    assert ContentType.objects.filter(app_label="customers", model="customer").exists()
