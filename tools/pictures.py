"""Take the pictures of the READMEs and of the page that sets the paper beside them, in Korean and in English.

    python -m tools.pictures            loads the dairy into a home of its own first
    python -m tools.pictures HOME       uses a copy of a loaded home

Saves docs/pictures/<page>-<language>.png: 1280 px wide, light, one device pixel a CSS pixel. What is pictured is what
`make demo` shows, so take them again whenever a page changes.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

from tests import parts

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "pictures"
DANGOL = Path(sys.executable).with_name("dangol")
LOCALES = {"ko": "ko-KR", "en": "en-US"}
# Each picture: the address, what must be drawn before it is taken, and its height.
PICTURES = {
    "map": ("/map/", ".map-frame svg", 960),
    "campaign": ("/campaigns/1/", "main .chart svg", 990),
    "today": ("/", "main h1", 1000),
    "inventory": ("/privacy/inventory/", "main table", 1000),
    "what-to-do": ("/map/positioning/", "main table.portfolio", 1000),
    "movement": ("/map/movement/", "main .chart svg", 1000),
    "why": ("/customers/1/value/", "main h1", 1000),
}
# What must have been asked before: the address, what to write where, and what stands there when it is answered.
ASKED: tuple[tuple[str, dict[str, str], str], ...] = (
    ("/map/positioning/", {"budget": "10000000"}, "main table.portfolio tbody tr"),
    ("/map/movement/", {}, "main .chart svg"),
    ("/privacy/inventory/", {}, "main table"),
)
LONG = 600_000.0  # milliseconds that working out a year may take
PASSWORD = "only-for-a-picture-1"
PATIENCE = 60.0


def loaded(home: str | None, folder: Path) -> Path:
    """A dairy to take pictures of, in this folder: a copy of `home`, or loaded anew."""
    place = folder / "dairy"
    if home:
        shutil.copytree(home, place, ignore=shutil.ignore_patterns("serving"))
    else:
        subprocess.run([DANGOL, "demo", "--no-serve", "--home", place], check=True)
    return place


@contextmanager
def served(home: Path) -> Iterator[str]:
    """Serve a home while the pictures are taken; the address."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("DANGOL_", "DATABASE_URL"))}
    server = subprocess.Popen([DANGOL, "serve", "--home", home, "--port", str(port)], env=environment)
    try:
        address = f"http://localhost:{port}"
        wait_for(f"{address}/start/served/")
        yield address
    finally:
        server.terminate()
        server.wait()


def wait_for(address: str) -> None:
    """Return once something answers there."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            urlopen(address).close()
        except (URLError, ConnectionError):
            if time.monotonic() > until:
                raise
            time.sleep(0.3)
        else:
            return


def sign_in(page: Page, address: str) -> None:
    """Be the owner: by the first visit, or by setting or giving the password of this copy."""
    page.goto(address)
    if page.locator("[name=new_password1]").count():
        page.locator("[name=new_password1]").fill(PASSWORD)
        page.locator("[name=new_password2]").fill(PASSWORD)
    elif page.locator("[name=password]").count():
        page.locator("[name=password]").fill(PASSWORD)
    else:
        return
    page.locator("main button").first.click()
    page.wait_for_url(lambda url: "sign-in" not in url)


def ask(page: Page, address: str) -> None:
    """Ask what the pictures show, where nobody has asked yet."""
    for path, written, answered in ASKED:
        page.goto(address + path)
        if page.locator(answered).count():
            continue
        form = page.locator("main form[method=post]").first
        for name, text in written.items():
            form.locator(f"[name={name}]").fill(text)
        form.locator("button").first.click()
        page.locator(answered).first.wait_for(timeout=LONG)


def take(browser: Browser, address: str, language: str) -> None:
    """Take every picture in one language."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 1000},
        device_scale_factor=1,
        locale=LOCALES[language],
        timezone_id="Asia/Seoul",
        color_scheme="light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    sign_in(page, address)
    ask(page, address)
    for name, (path, drawn, height) in PICTURES.items():
        page.set_viewport_size({"width": 1280, "height": height})
        page.goto(address + path, wait_until="networkidle")
        page.locator(drawn).first.wait_for()
        page.mouse.move(0, 0)
        file = FOLDER / f"{name}-{language}.png"
        page.screenshot(path=file, animations="disabled")
        print(f"{file.relative_to(ROOT)}: {file.stat().st_size // 1024} KB")
    context.close()


def main(arguments: Sequence[str]) -> int:
    """Take all pictures; return the exit code."""
    if reason := parts.browser_absent():
        print(reason, file=sys.stderr)
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    sandbox = [] if os.geteuid() else ["--no-sandbox"]  # Chromium's sandbox refuses root
    with tempfile.TemporaryDirectory(prefix="dangol-pictures-") as folder:
        home = loaded(arguments[0] if arguments else None, Path(folder))
        with served(home) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=parts.chromium(), args=sandbox)
            for language in LOCALES:
                take(browser, address, language)
            browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
