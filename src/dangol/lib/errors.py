"""The root of every error we raise on purpose."""


class DangolError(Exception):
    """A refusal in the user's words: what, where, and the way out."""


class WrongUse(DangolError):
    """The command or a setting was used wrongly (exit code 2)."""
