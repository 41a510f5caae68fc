"""Measure what `make setup` downloads, so that it can say so before it starts.

Writes tools/downloads.txt: one `name==version bytes` line for each package of uv.lock as pip downloads it
for this platform (sizes on others differ little), and uv itself. Only what the file lacks is fetched.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "tools" / "downloads.txt"
# In the lock for Windows alone.
ELSEWHERE = {"colorama", "win32-setctime", "pywin32"}


def locked() -> set[str]:
    """Return `name==version` of every package of uv.lock that this platform installs, Dangol itself left out."""
    packages = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    return {
        f"{package['name']}=={package['version']}"
        for package in packages
        if "registry" in package["source"] and package["name"] not in ELSEWHERE
    }


def measured() -> dict[str, int]:
    """Return the bytes of each package in tools/downloads.txt."""
    if not TABLE.exists():
        return {}
    rows = (line.split() for line in TABLE.read_text().splitlines() if not line.startswith("#"))
    return {name: int(size) for name, size in rows}


def download_size(requirement: str) -> int:
    """Download one package without its dependencies; return the bytes of its file."""
    pip = [str(ROOT / ".uv/bin/python"), "-m", "pip", "download", "--quiet", "--no-deps"]
    with tempfile.TemporaryDirectory() as folder:
        wanted = ["--python-version=3.12", "--only-binary=:all:", "--dest", folder, requirement]
        as_wheel = subprocess.run([*pip, *wanted], capture_output=True, text=True, check=False)
        if as_wheel.returncode:
            # Some come as source only (pyspark).
            subprocess.run([*pip, "--dest", folder, requirement], check=True)
        return sum(file.stat().st_size for file in Path(folder).iterdir())


def write(sizes: dict[str, int]) -> None:
    """Write tools/downloads.txt."""
    lines = [f"{name} {sizes[name]}" for name in sorted(sizes)]
    TABLE.write_text("# Written by `make downloads`: bytes of each package of uv.lock.\n" + "\n".join(lines) + "\n")


def main() -> None:
    """Bring tools/downloads.txt up to date with uv.lock."""
    wanted = locked() | {"uv"}
    sizes = {name: size for name, size in measured().items() if name in wanted}
    for name in sorted(wanted - sizes.keys()):
        sizes[name] = download_size(name)
        print(f"{name} {sizes[name]:,} bytes", file=sys.stderr)
        write(sizes)
    write(sizes)


if __name__ == "__main__":
    main()
