"""The word by which runs of this room are kept: the same for ever."""

KIND = "back_test"
