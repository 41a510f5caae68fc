"""A page that leaves out what nobody gave it fails; what it leaves out on purpose does not."""

import pytest
from django.template import engines


def written(source: str) -> str:
    return engines["django"].from_string(source).render({"told": None, "nothing": ""})  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    "source", ["by {{ day }}", "{{ day|upper }}", "{% with a=day %}{{ a }}{% endwith %}", "{{ told.day }}",
               "{% load i18n %}{% blocktranslate with day=one.day %}by {{ day }}{% endblocktranslate %}"],
)  # fmt: skip
def test_a_sentence_that_loses_its_day_fails(source: str) -> None:
    with pytest.raises(AssertionError, match="nobody gives"):
        written(source)


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ('by {{ day|default:"–" }}', "by –"),
        ('{{ day|default_if_none:"" }}', ""),
        ("{% if day %}by {{ day }}{% endif %}", ""),
        ("{% for one in days %}{{ one }}{% endfor %}", ""),
        ("{{ told }}{{ nothing }}", "None"),
    ],
)
def test_what_is_left_out_on_purpose_says_so(source: str, told: str) -> None:
    assert written(source) == told
