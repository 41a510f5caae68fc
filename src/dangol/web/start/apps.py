from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "dangol.web.start"
    label = "web_start"
