from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "dangol.web.shell"
    label = "web_shell"
