from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "dangol.web.readiness"
    label = "web_readiness"
