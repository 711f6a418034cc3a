"""Stories that tests write into a folder, each with words of its own, so that none is mistaken.

A title such as "Long Road" gives the mark ``longroad``, which stands in every
sentence of the text and nowhere else: neither in the credit nor in a list.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.rest_check import rule_problems, spec_problems
from tests.stage import DISCORD_API, Stage, labels, messages, past_cover


def mark_of(title: str) -> str:
    """Give the word that stands in every sentence of a tale."""
    return title.lower().replace(" ", "")


def paragraph(title: str, chapter: int, number: int) -> str:
    """Give a paragraph of two sentences, each of which knows its place."""
    mark = f"{mark_of(title)}-{chapter}-{number}"
    return (
        f"The walker came to the milestone {mark}-a and sat down on it a while, for it was warm."
        f" How far is it to the sea, she asked of whoever came by {mark}-b."
    )


def write_tale(
    folder: Path,
    title: str,
    /,
    *,
    chapters: Sequence[str] = ("",),
    paragraphs: int = 2,
    **facts: str,
) -> Path:
    """Write a story; ``chapters`` holds their titles, and nine paragraphs fill about a page."""
    told = [
        "\n\n".join(
            [
                *([f"## {name}"] if name else []),
                *(paragraph(title, chapter, number) for number in range(paragraphs)),
            ]
        )
        for chapter, name in enumerate(chapters, 1)
    ]
    given = {"title": title, "author": "Ida Penn", "rating": "General", "tags": "[walking]"} | facts
    head = "".join(f"{key}: {value}\n" for key, value in given.items())
    folder.mkdir(exist_ok=True)
    path = folder / f"{mark_of(title)[:40]}.md"
    path.write_text(f"---\n{head}---\n\n" + "\n\n".join(told) + "\n", "utf-8")
    return path


def last(result: Any) -> Any:
    """Give the message that an interaction ended with."""
    return messages(result)[-1]


def body(content: str) -> str:
    """Take our own lines away: what stands above the first blank line and below the last."""
    return "\n\n".join(content.split("\n\n")[1:-1])


async def read_to_the_end(press: Any, page: Any) -> list[str]:
    """Press Next until it is gone; give the content of every page."""
    pages = [page.content]
    while "Next" in labels(page):
        page = last(await press(page, label="Next"))
        pages.append(page.content)
        assert len(pages) < 200, "Next never ends"
    return pages


async def first_page(s: Stage, title: str, *, who: Any = None, channel: Any = None) -> Any:
    """Open a story in a channel (Ben in #general unless told) and go past its cover."""
    who = who or s.ben
    answer = await who.slash(channel or s.general, "story", title=title)
    return last(await past_cover(answer, who))


async def planted(s: Stage, view: Any, channel: Any = None) -> Any:
    """Send a message with buttons of ours, as one that was made elsewhere or long ago."""
    place: Any = s.client.get_channel((channel or s.general).id)
    message = await place.send("Planted.", view=view)
    await s.env.settle()
    return message


def rest_problems(s: Stage, since: int = 0) -> list[str]:
    """List what Discord would refuse of what the bot sent, as far as can be checked here.

    ``since`` leaves out as many requests, such as those by which a test set a scene.
    """
    requests = s.env.http_requests[since:]
    known = spec_problems(requests) if (DISCORD_API / "spec_check.py").is_file() else []
    return [*rule_problems(requests), *known]
