from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "dangol.web.customers"
    label = "web_customers"
