from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "dangol.web.today"
    label = "web_today"
