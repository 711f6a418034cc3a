"""A real browser on the page of ``try``, driven as a person would: look, type, press."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
_QUIET = (
    "--no-sandbox",  # in a container there is no user namespace to build one from
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/#\S+")


@contextmanager
def try_page(*options: str, **environment: str) -> Generator[str]:
    """Start ``python -m bot try`` as its own process; gives the address it prints."""
    bare = {key: value for key, value in os.environ.items() if key != "DISCORD_TOKEN"}
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "try", *options],
        cwd=ROOT,
        env={**bare, **environment},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if found := _ADDRESS.fullmatch(line.strip()):
                yield found.group()
                break
        else:
            raise AssertionError("`try` ended without an address")
    finally:
        process.terminate()
        if process.stdout is not None:
            process.stdout.close()
        assert process.wait(timeout=30) == 0, "`try` ends cleanly on SIGTERM"


@contextmanager
def browser_page(address: str, width: int = 1000, height: int = 900) -> Generator[Page]:
    """Open ``address`` in headless Chromium."""
    assert CHROMIUM is not None
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(_QUIET))
        try:
            page = browser.new_page(viewport={"width": width, "height": height})
            page.goto(address)
            page.wait_for_selector("#channel-composer-input")
            page.get_by_text("Welcome to Fireside").first.wait_for()
            yield page
        finally:
            browser.close()


def type_command(page: Page, command: str, **options: tuple[str, str] | str) -> None:
    """Type a slash command, fill in options by name, and send it.

    An option given as (typed, offered) is picked from the list that is offered
    for what was typed.
    """
    page.click("#channel-composer-input")
    page.keyboard.type(f"/{command}")
    page.locator(".command-entry").filter(has_text=f"/{command}").first.click()
    for name, given in options.items():
        field = page.locator(f".command-option-input[data-option={name}]")
        if field.count() == 0:
            page.locator(".command-suggestion").filter(has_text=name).first.click()
        field.click()
        if isinstance(given, str):
            field.fill(given)
        else:
            typed, offered = given
            page.keyboard.type(typed)
            page.locator(".command-suggestion").filter(has_text=offered).first.click()
    shown = page.locator(".channel-message").count()
    page.click("#send-message")
    page.locator(".channel-message").nth(shown).wait_for()


def messages(page: Page) -> list[str]:
    """Give the words of every message that is shown, the oldest first."""
    return page.locator(".channel-message").all_inner_texts()


def press(page: Page, label: str) -> None:
    """Press the newest button with ``label`` and wait for what it brings."""
    before = messages(page)
    page.locator(".component-button").filter(has_text=label).last.click()
    page.wait_for_function(
        "before => [...document.querySelectorAll('.channel-message')]"
        ".map(each => each.innerText).join() !== before",
        arg=",".join(before),
    )
