"""What a spreadsheet would take for a formula, told to be text, and read back as it was."""

# What begins a formula, as typed in Korean width, too, or behind a break that a spreadsheet drops.
BEGINNINGS = (*"=+-@\t\r\n", *map(chr, (0xFF1D, 0xFF0B, 0xFF0D, 0xFF20)))
MARK = "'"


def plain[Value](value: Value) -> Value | str:
    """A text that a spreadsheet would take for a formula is told to be text."""
    return f"{MARK}{value}" if isinstance(value, str) and value[:1] in BEGINNINGS else value
