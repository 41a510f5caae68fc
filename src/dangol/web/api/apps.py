from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "dangol.web.api"
    label = "web_api"
