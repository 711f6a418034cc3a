"""Take the pictures of the documentation anew: `make pictures`.

The real bot on the page of ``try``, in headless Chromium. Which story a random
pick brings changes from run to run, so stories are named here.
"""

import sys
from pathlib import Path

from playwright.sync_api import Page

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))

from tests.browser import browser_page, press, try_page, type_command  # noqa: E402

WIDTH, HEIGHT = 820, 700


def _shoot(page: Page, name: str) -> None:
    page.wait_for_timeout(600)  # for the page to scroll to its end
    page.screenshot(path=HERE / f"{name}.png")


def _choose(page: Page, label: str) -> None:
    newest = page.locator(".channel-message").last
    newest.locator(".component-select, [role=combobox]").first.click()
    page.locator(".select-option:visible").filter(has_text=label).first.click()
    page.keyboard.press("Escape")
    page.wait_for_timeout(1_500)


def main() -> None:
    """Take every picture."""
    with try_page() as address, browser_page(address, WIDTH, HEIGHT) as page:
        page.click("#messages-toggle")
        type_command(page, "drabble", character=("wat", "John Watson"))
        _shoot(page, "drabble")
    with try_page() as address, browser_page(address, WIDTH, HEIGHT + 150) as page:
        page.click("#messages-toggle")
        type_command(page, "story", title=("lamp", "The Lamp at Sable Point"))
        _shoot(page, "cover")
        press(page, "Read")
        press(page, "Next")
        _shoot(page, "page")
        press(page, "Read privately")
        press(page, "Next")
        _shoot(page, "private")
    with try_page() as address, browser_page(address, WIDTH, HEIGHT) as page:
        page.click("#messages-toggle")
        type_command(page, "excerpt", title=("goods", "Goods and Chattels"))
        _shoot(page, "excerpt")
    with try_page() as address, browser_page(address, WIDTH, HEIGHT + 50) as page:
        page.click("#messages-toggle")
        type_command(page, "tag", name=("rain", "Rain"))
        _shoot(page, "tag")
    with try_page() as address, browser_page(address, WIDTH, HEIGHT) as page:
        page.click("#messages-toggle")
        type_command(page, "search", words="light sea")
        _shoot(page, "search")
    with try_page() as address, browser_page(address, WIDTH, HEIGHT + 150) as page:
        page.click("#messages-toggle")
        page.get_by_label("Viewing as").select_option(label="Ada (admin)")
        page.wait_for_timeout(500)
        type_command(page, "fireside-admin settings")
        _shoot(page, "settings")
        _choose(page, "The reading desk")
        _choose(page, "general")
        page.locator(".channel-message").filter(has_text="Press a button").wait_for()
        _shoot(page, "desk")
    with try_page() as address, browser_page(address, WIDTH, HEIGHT + 150) as page:
        page.click("#messages-toggle")
        page.get_by_label("Viewing as").select_option(label="Ada (admin)")
        page.wait_for_timeout(500)
        page.click("#channel-composer-input")
        page.keyboard.type("/daily-story")
        page.locator(".command-entry").filter(has_text="/daily-story").first.click()
        page.click("#send-message")  # brings a form, and no message
        # All of the form in one picture; the page would scroll it.
        page.locator("input[name=time]").wait_for()
        page.evaluate(
            "document.querySelectorAll('.modal-dialog, .modal-dialog *')"
            ".forEach(each => { each.style.maxHeight = 'none' })"
        )
        page.locator("input[name=time]").fill("8pm")
        page.locator("input[name=zone]").fill("Berlin")
        _shoot(page, "daily-form")
        page.locator(".modal-dialog button[type=submit]").click()
        page.locator(".channel-message").filter(has_text="Every day at").wait_for()
        _shoot(page, "daily")


if __name__ == "__main__":
    main()
