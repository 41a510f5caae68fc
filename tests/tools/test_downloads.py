"""What setup says it will download."""

from __future__ import annotations

from tools.downloads import locked, measured


def test_every_locked_package_has_its_size() -> None:
    lacking = locked() - measured().keys()
    assert not lacking, f"run `make downloads`: tools/downloads.txt lacks {', '.join(sorted(lacking))}"
