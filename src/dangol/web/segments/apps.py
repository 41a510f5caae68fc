from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "dangol.web.segments"
    label = "web_segments"
