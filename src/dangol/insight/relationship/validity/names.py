"""What runs of this room are called."""

KIND = "validity"
