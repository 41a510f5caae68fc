from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "dangol.web.duplicates"
    label = "web_duplicates"
