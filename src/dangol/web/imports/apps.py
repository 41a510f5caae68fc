from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "dangol.web.imports"
    label = "web_imports"
