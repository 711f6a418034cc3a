"""A web page to its contents: which layout it is, and the reader for that."""

import re
from dataclasses import replace

from bot.errors import ImportFailed
from bot.importers import fanficfare, fichub
from bot.importers.ao3.download import Download, is_download
from bot.importers.ao3.work_page import is_page_of_site, read_work_page
from bot.importers.contents import Contents
from bot.importers.html.plain import read_plain_page
from bot.importers.html.tree import TAGS_LIMIT, TooManyTags, body_of, parse

_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(\S{1,2000}?)\s*-->", re.IGNORECASE)
_LOOKED_AT = 4_000  # characters of the beginning


def read_web_page(text: str, file: str, address: str = "") -> Contents:
    """Read a page of HTML: a download or a saved page of AO3, or any other page.

    ``address`` is where it came from, where something outside it says so.

    Raises:
        ImportFailed: It is a page of AO3 without a work, or has more than
            ``TAGS_LIMIT`` tags.
    """
    try:
        page = parse(text)
    except TooManyTags as error:
        raise ImportFailed("import.too-many-tags", file=file, tags=TAGS_LIMIT) from error
    saved = _SAVED_FROM.search(text[:_LOOKED_AT])
    if not address and saved and saved[1].lower().startswith("http"):
        address = saved[1]
    if is_page_of_site(page):
        return replace(read_work_page(page, address, file), layout="ao3-work-page")
    if is_download(page):
        download = Download()
        download.take(body_of(page))
        return replace(download.contents(), layout="ao3-download")
    if (found := fanficfare.read_page(page)) is not None:
        return replace(found, layout="fanficfare")
    if (found := fichub.read_page(page)) is not None:
        return replace(found, layout="fichub")
    return replace(read_plain_page(page, address), layout="page")
