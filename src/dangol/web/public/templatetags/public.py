"""What the customers' own pages need: `{% load public %}`.

Filters
    choice|said         what was done, in one sentence
    code|medium         a medium in words
"""

from django import template

from dangol.web.public import choosing

register = template.Library()
register.filter("said", choosing.said)
register.filter("medium", choosing.medium_name)
