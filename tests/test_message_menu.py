"""The entry "Read privately" in the menu of a message."""

from tests.stage import Stage, is_private, labels, messages


async def test_a_message_that_shows_a_story_opens_privately_for_anybody(seeds: Stage) -> None:
    await seeds.ben.slash(seeds.general, "story", title="Goods and Chattels")
    page = seeds.general.history()[-1]
    opened = await seeds.cid.context_menu(seeds.general, "Read privately", page)
    assert is_private(opened)
    assert "Goods and Chattels" in messages(opened)[0].content
    assert "Next" in labels(messages(opened)[0])


async def test_it_opens_at_the_page_that_is_shown(seeds: Stage) -> None:
    story = await seeds.ben.slash(seeds.general, "story", title="Goods and Chattels")
    await seeds.ben.click(messages(story)[0], label="Next")
    page = seeds.general.history()[-1]
    opened = await seeds.cid.context_menu(seeds.general, "Read privately", page)
    assert "Page 2 of" in messages(opened)[0].content


async def test_a_message_without_a_story_is_answered_with_a_sentence(seeds: Stage) -> None:
    message = await seeds.ben.send(seeds.general, "hello")
    answer = await seeds.cid.context_menu(seeds.general, "Read privately", message)
    assert is_private(answer)
    assert "no page of a story" in messages(answer)[0].content
