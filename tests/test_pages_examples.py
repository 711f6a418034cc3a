"""The five example stories, read to their ends page by page."""

from bot.prose.sentences import sentence_ends
from tests.stage import (
    USER_STORIES,
    Stage,
    labels,
    messages,
    needs_user_stories,
    option_value,
    options,
    plain,
)
from tests.tales import body, last, read_to_the_end


async def _all_titles(s: Stage) -> list[str]:
    choices = await s.ben.autocomplete(s.adult, "story", "title", "")
    return [choice["value"] for choice in choices]


def _sources() -> dict[str, str]:
    return {path.name: path.read_text("utf-8-sig") for path in sorted(USER_STORIES.glob("*.txt"))}


async def _told(s: Stage, title: str) -> list[str]:
    """Open a story and read it to its end; give the story's text of each message."""
    answer = await s.ben.slash(s.adult, "story", title=title)
    shown = messages(answer)
    if "Next" in labels(shown[-1]):
        return [body(page) for page in await read_to_the_end(s.ben.click, shown[-1])]
    texts = [message.content for message in shown]
    # Whole in one or two messages: our lines stand above the first of them only.
    return [texts[0].split("\n\n", 1)[1], *texts[1:]]


@needs_user_stories
async def test_every_example_story_is_told_whole_in_order_and_once(user_stories: Stage) -> None:
    s = user_stories
    told = [plain("".join(await _told(s, title))) for title in await _all_titles(s)]
    assert sorted(map(_bare, told)) == sorted(_bare(plain(text)) for text in _sources().values())


def _bare(text: str) -> str:
    """Take away the marks of an author's note, which we show as small print."""
    return text.replace("-#", "")


@needs_user_stories
async def test_the_longest_example_story_is_read_privately_in_order_and_once(
    user_stories: Stage,
) -> None:
    s = user_stories
    longest = max(_sources().values(), key=len)
    (listed,) = messages(await s.ben.slash(s.adult, "character", name="Hux"))
    opened = [
        last(await s.ben.select(listed, [option_value(listed, title)])) for title in options(listed)
    ]
    (page,) = [each for each in opened if plain(longest)[:50] in plain(each.content)]
    assert page.ephemeral
    pages = [page.content]
    while "Next" in labels(page):
        page = (await s.ben.click(page, label="Next")).followups[-1]
        pages.append(page.content)
    assert _bare(plain("".join(map(body, pages)))) == _bare(plain(longest))


@needs_user_stories
async def test_no_message_of_an_example_story_breaks_a_word_or_a_sentence(
    user_stories: Stage,
) -> None:
    s = user_stories
    broken: list[str] = []
    for title in await _all_titles(s):
        told = await _told(s, title)
        source = next(
            text for text in _sources().values() if plain(told[0])[:50] in plain(text)[:60]
        )
        ends = _ends_of_sentences(source)
        done = 0
        for piece in told[:-1]:
            done += len(_bare(plain(piece)))
            if done not in ends:
                broken.append(piece[-80:])
    assert broken == []


def _ends_of_sentences(source: str) -> set[int]:
    """Give where sentences end, counted without white space.

    No sentence of the example stories is longer than a page, so a page may
    end nowhere else.
    """
    return {len("".join(source[:end].split())) for end in sentence_ends(source)}


@needs_user_stories
async def test_pages_of_the_example_stories_end_like_sentences(user_stories: Stage) -> None:
    s = user_stories
    for title in await _all_titles(s):
        for piece in (await _told(s, title))[:-1]:
            end = plain(piece)[-1]
            assert end in ".!?…\"”’'*_)", piece[-80:]
