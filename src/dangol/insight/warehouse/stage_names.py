"""What a refresh calls its stages: other work has some of the same name."""


def of_lake(stage: str) -> str:
    """A stage of a refresh, such as a table, among those of all work."""
    return f"lake_{stage}"
