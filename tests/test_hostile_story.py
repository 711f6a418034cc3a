"""Nothing in a story acts: not in its text, its title, its names, nor the words people type."""

import json
import re
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from bot.controls import button, controls
from tests.rest_check import messages_of, rule_problems
from tests.stage import (
    Clock,
    Stage,
    is_private,
    labels,
    messages,
    option_value,
    options,
    past_cover,
    settings_for,
    stage,
)

RTL = "\u202e"
LINES = [
    "Hello @everyone and @here, said the bell.",
    "It rang for <@1> and <@!2> and <@&3> in <#4> at <t:0:R>, and ran </drabble:5> too.",
    "||A spoiler|| was **bold** and *thin* and __low__ and ~~gone~~ and `typed`.",
    "Read [the rest](https://evil.example/a) or <https://evil.example/b> or www.evil.example now.",
    "Join discord.gg/abcdef or https://discord.com/invite/abcdef :smile: <:name:123> <a:b:1>.",
    f"Backwards {RTL}txet\u202c is only text. So is a lone \\ and a \\* and \\@everyone.",
    "snake_case_words and 5 * 4 * 3 and a_b and ~/home and |pipes|| stay as they are.",
]
MARKED = [
    "# A heading that is none",
    "## Nor this",
    "-# Nor small print",
    "> Nor a quotation",
    ">>> Nor a long one",
    "- Nor a list",
    "1. Nor a numbered one",
    "``` nor code",
    "~~~ nor this",
    "=====x",
]
TITLE = f"@everyone **Bold** ||hid|| <@1> [x](https://e.example) # no {RTL}"
NAME = "<@&7> _Under_ @here"
TAG = "**loud** ||tag|| @everyone"
AUTHOR = "*Ida* <@99> `Penn`"


def write(
    folder: Path, stem: str, paragraphs: list[str], **facts: str | list[str]
) -> tuple[Path, str]:
    text = "\n\n".join(paragraphs) + "\n"
    path = folder / f"{stem}.txt"
    path.write_text(text, "utf-8")
    given = {"rating": "General"} | facts
    meta = "".join(
        f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in given.items()
    )
    (folder / f"{stem}.meta.toml").write_text(meta, "utf-8")
    return path, text


def told_text(markdown: str) -> str:
    """Give what a reader sees: no escapes, nothing unseen, no white space."""
    bare = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown)
    return "".join(re.sub("[\u200b\u2068\u2069]", "", bare).split())


def source_text(text: str) -> str:
    """Give a source as a reader may see it: no white space, nothing that turns text round."""
    return "".join(re.sub("[\u202a-\u202e\u2066-\u2069]", "", text).split())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder to fill."""
    stories = tmp_path / "stories"
    stories.mkdir()
    return stories


@pytest.fixture
async def hostile(folder: Path, tmp_path: Path, clock: Clock) -> AsyncIterator[Stage]:
    """Set the stage with two stories full of everything that could act."""
    facts: dict[str, str | list[str]] = {
        "author": AUTHOR,
        "characters": [NAME],
        "tags": [TAG],
        "fandoms": ["# Heading *fandom*"],
        "relationships": [f"{NAME}/@everyone"],
        "summary": "@everyone <@1> ||sum||",
    }
    write(folder, "short", [*LINES, *MARKED], title=TITLE, **facts)
    long = [f"{line} Round {n} of it." for n in range(12) for line in (*LINES, *MARKED)]
    facts["warnings"] = ["@everyone **warned**"]
    write(folder, "long", long, title=f"Long {TITLE}", **facts)
    async with stage(settings_for(tmp_path, folder), clock) as ready:
        yield ready


async def walk(s: Stage) -> None:
    """Type and press everything that brings this story into a message."""
    for command in ("drabble", "story", "excerpt"):
        for _ in range(3):
            await s.ben.slash(s.general, command)
        await s.ben.slash(s.general, command, tag=TAG)
        await s.ben.slash(s.general, command, character=NAME)
        await s.ben.slash(s.general, command, character="@evryone _Undr_")
    await s.ben.slash(s.general, "story", title="@everyone **Bld** ||hid||")
    await s.ben.slash(s.general, "story", title="<@1> nothing near ||this||")
    for name in (TAG, "# heading *fandom*", AUTHOR, "<@1> ||none||", "**lod** tag"):
        await s.ben.slash(s.general, "tag", name=name)
    (cloud,) = messages(await s.ben.slash(s.general, "tag"))
    await s.ben.select(cloud, [option_value(cloud, options(cloud)[0])])
    (listed,) = messages(await s.ben.slash(s.general, "character", name=NAME))
    for title in options(listed):
        opened = await s.ben.select(listed, [option_value(listed, title)])
        page = messages(await past_cover(opened, s.ben))[-1]
        if "Next" in labels(page):
            page = (await s.ben.click(page, label="Next")).followups[-1]
            menu = messages(await s.ben.click(page, label="More"))[-1]
            for label in ("Go to a page", "Save for later", "Read in my direct messages"):
                await s.ben.click(menu, label=label)
        await s.ben.click(page, label="Post here")
    shown = messages(await s.ben.slash(s.general, "continue"))[-1]
    await s.ben.click(shown, label="Another story of mine")


async def test_nothing_pings_anybody_on_any_path(hostile: Stage) -> None:
    await walk(hostile)
    assert rule_problems(hostile.env.http_requests) == []
    told = [body for body in messages_of(hostile.env.http_requests) if body.get("content")]
    assert len(told) > 20
    assert {str(body["allowed_mentions"].get("parse")) for body in told} == {"[]"}


async def test_no_message_holds_a_mention_a_crowd_or_a_live_link(hostile: Stage) -> None:
    await walk(hostile)
    contents = [body.get("content") or "" for body in messages_of(hostile.env.http_requests)]
    for content in contents:
        assert "@everyone" not in content
        assert "@here" not in content
        assert not re.search(r"(?<!\\)<[@#]", content)
        assert not re.search(r"<@[!&]?\d+>|<#\d+>|<t:\d|</\w+:\d|<a?:\w+:\d+>", content)
        assert not re.search(r"(?<!\\)\]\(", content)
        assert not re.search(r"(?<!<)(?<!\\)https?://", content)
        assert "discord.gg/" not in content
        assert not re.search(f"[{RTL}\u202a-\u202d]", content)


async def test_a_hostile_story_is_shown_as_the_text_it_is(hostile: Stage) -> None:
    answer = await hostile.ben.slash(hostile.general, "drabble")
    shown = [message.content for message in messages(answer)]
    told = "".join(told_text(each) for each in [shown[0].split("\n\n", 1)[1], *shown[1:]])
    assert told == source_text("".join([*LINES, *MARKED]))


async def test_pages_of_a_hostile_story_bring_its_text_in_order_once(hostile: Stage) -> None:
    s = hostile
    choices = await s.ben.autocomplete(s.general, "story", "title", "long")
    answer = await s.ben.slash(s.general, "story", title=choices[0]["value"])
    page = messages(await past_cover(answer, s.ben))[-1]
    bodies = [page.content]
    while "Next" in labels(page):
        page = messages(await s.ben.click(page, label="Next"))[-1]
        bodies.append(page.content)
    assert len(bodies) > 2
    assert max(map(len, bodies)) <= 2_000
    told = "".join(told_text("\n\n".join(each.split("\n\n")[1:-1])) for each in bodies)
    long = [f"{line} Round {n} of it." for n in range(12) for line in (*LINES, *MARKED)]
    assert told == source_text("".join(long))


async def test_no_line_of_a_story_becomes_a_heading_a_list_or_a_quotation(hostile: Stage) -> None:
    answer = await hostile.ben.slash(hostile.general, "drabble")
    shown = [message.content for message in messages(answer)]
    lines = "\n".join([shown[0].split("\n\n", 1)[1], *shown[1:]]).split("\n")
    active = re.compile(r"\s*(?:#{1,3} |-# |>{1,3} |[-+*] |\d+\. |```|~~~)")
    assert [line for line in lines if active.match(line)] == []


async def test_title_and_author_stand_inert_on_one_line(hostile: Stage) -> None:
    answer = await hostile.ben.slash(hostile.general, "drabble")
    first = messages(answer)[0].content.split("\n")[0]
    assert source_text(TITLE) in told_text(first)
    assert source_text(AUTHOR) in told_text(first)
    assert "@everyone" not in first
    assert "||" not in first


async def test_a_line_of_a_list_is_inert(hostile: Stage) -> None:
    (listed,) = messages(await hostile.ben.slash(hostile.general, "character", name=NAME))
    assert listed.ephemeral
    assert source_text(NAME) in told_text(listed.content)
    assert "||hid||" not in listed.content
    assert "@here" not in listed.content
    assert len(options(listed)) == 2


async def test_what_somebody_types_is_echoed_as_text(hostile: Stage) -> None:
    answer = await hostile.ben.slash(hostile.general, "tag", name="@everyone <@1> **x** ||y||")
    assert is_private(answer)
    text = hostile.texts(answer)[0]
    assert "@everyone" not in text
    assert "<@1>" not in text
    assert "||" not in text


async def test_choices_and_labels_hold_words_and_fit(hostile: Stage) -> None:
    for command, option in (("story", "title"), ("tag", "name"), ("character", "name")):
        for choice in await hostile.ben.autocomplete(hostile.general, command, option, ""):
            assert 1 <= len(choice["name"]) <= 100
            assert choice["name"].strip()
            assert not re.search(f"[{RTL}\u202a-\u202d\u2066\u2067]", choice["name"])


async def test_a_story_whose_every_name_is_as_long_as_it_can_be_is_still_read(
    folder: Path, tmp_path: Path, clock: Clock
) -> None:
    crowd = [f"{'*_long_* ' * 15}{n}" for n in range(25)]
    text = [f"Sentence {n} of a story that nobody could name shortly." for n in range(40)]
    write(
        folder,
        "names",
        text,
        title="**Long** " * 28,
        authors=crowd,
        characters=crowd,
        fandoms=crowd,
        tags=crowd,
        warnings=crowd,
        relationships=[f"{a}/{b}" for a, b in pairwise(crowd)],
        summary="||s|| " * 200,
        url="https://example.org/" + "a" * 1_500,
        permission="consent",
    )
    async with stage(settings_for(tmp_path, folder), clock) as s:
        for answer in (
            await s.ben.slash(s.general, "drabble"),
            await s.ben.slash(s.general, "story"),
            await s.ben.slash(s.general, "excerpt"),
        ):
            assert not is_private(answer)
            told = await past_cover(answer, s.ben)
            assert "Sentence" in "".join(s.texts(told))
            if "More" in labels(messages(told)[-1]):
                menu = await s.ben.click(messages(told)[-1], label="More")
                assert "Save for later" in labels(messages(menu)[-1])
        for answer in (
            await s.ben.slash(s.general, "tag"),
            await s.ben.slash(s.general, "tag", name=crowd[0]),
            await s.ben.slash(s.general, "character", name=crowd[0]),
        ):
            assert is_private(answer)
            assert options(messages(answer)[0])
        assert rule_problems(s.env.http_requests) == []


async def test_warnings_come_before_the_text_however_many_there_are(
    folder: Path, tmp_path: Path, clock: Clock
) -> None:
    warnings = [f"Warning number {n} about {'a thing ' * 12}".strip() for n in range(18)]
    text = [f"Sentence {n} of a story that needs its warnings." for n in range(60)]
    write(folder, "warned", text, title="Warned", warnings=warnings)
    async with stage(settings_for(tmp_path, folder), clock) as s:
        for command in ("story", "excerpt"):
            answer = await s.ben.slash(s.general, command)
            if command == "story":
                cover = "\n".join(s.texts(answer))
                assert "Warning number 0" in cover
                assert "Sentence" not in cover
            told = "\n".join(s.texts(await past_cover(answer, s.ben)))
            assert "Warning number 0" in told
            assert told.index("Warning number 0") < told.index("Sentence")


@pytest.mark.parametrize(
    "title", ["\u202e\u2066", "​", "…", "***", "@everyone", "مرحبا بالعالم", "🏳️‍🌈" * 40, "# "]
)
async def test_a_story_of_an_odd_title_is_listed_opened_and_offered(
    title: str, folder: Path, tmp_path: Path, clock: Clock
) -> None:
    write(folder, "odd", ["A gull cried. Nobody answered it."], title=title, tags=["odd"])
    async with stage(settings_for(tmp_path, folder), clock) as s:
        choices = await s.ben.autocomplete(s.general, "story", "title", "")
        assert len(choices) == 1
        assert choices[0]["name"].strip()
        assert not is_private(await s.ben.slash(s.general, "story", title=choices[0]["value"]))
        (listed,) = messages(await s.ben.slash(s.general, "tag", name="odd"))
        opened = await s.ben.select(listed, [option_value(listed, options(listed)[0])])
        assert "A gull cried." in messages(opened)[0].content
        assert rule_problems(s.env.http_requests) == []


async def test_control_characters_and_odd_line_ends_do_no_harm(
    folder: Path, tmp_path: Path, clock: Clock
) -> None:
    text = "One\x0bline.\x85Two\u2028lines.\x07 A bell\x08 rang.\ufeff Done.\r\n\r\n# end\r\n"
    text += "\r\nA plain line follows the odd ones, and is as long as most lines are." * 20
    (folder / "odd.txt").write_bytes(text.encode("utf-8"))
    async with stage(settings_for(tmp_path, folder), clock) as s:
        answer = await s.ben.slash(s.general, "drabble")
        shown = messages(answer)[0].content
    assert not is_private(answer)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]", shown)
    for word in ("One", "line.", "Two", "bell", "rang.", "Done."):
        assert word in shown


# Link only


WORDS = [f"word{n}" for n in range(400)]
ADDRESS = "https://archive.example/works/42"


@pytest.fixture
async def linked(folder: Path, tmp_path: Path, clock: Clock) -> AsyncIterator[Stage]:
    """Set the stage with two stories of a web source and no stated permission."""
    text = " ".join(f"{word}." if n % 10 == 9 else word for n, word in enumerate(WORDS))
    head = (
        "rating: General\nauthor: Ida Penn\ntags: [sea, salt]\ncharacters: [Mira Vale]\n"
        f"url: {ADDRESS}\n---\n\n"
    )
    # Another work: of one address, the second would be a version of the first.
    elsewhere = head.replace(ADDRESS, f"{ADDRESS}1")
    (folder / "plain.md").write_text(f"---\ntitle: Elsewhere\n{elsewhere}{text}\n", "utf-8")
    (folder / "told.md").write_text(
        f"---\ntitle: Elsewhere Told\nsummary: A summary of a voyage.\n{head}"
        f"{'Then. ' * 10}{text}\n",
        "utf-8",
    )
    async with stage(settings_for(tmp_path, folder), clock) as ready:
        yield ready


def words_shown(told: list[str]) -> int:
    """Count how many of the story's own words are shown."""
    return len(set(re.findall(r"\bword\d+\b", "\n".join(told))))


async def test_a_link_only_story_is_a_card_with_its_credit_and_the_link(linked: Stage) -> None:
    answer = await linked.ben.slash(linked.general, "story", title="Elsewhere Told")
    (card,) = messages(answer)
    assert card.content.startswith("**Elsewhere Told** by Ida Penn")
    assert "A summary of a voyage." in card.content
    assert ADDRESS in card.content
    assert words_shown([card.content]) <= 75
    assert "Next" not in labels(card)


async def test_a_card_names_the_tags(linked: Stage) -> None:
    (card,) = messages(await linked.ben.slash(linked.general, "story", title="Elsewhere Told"))
    assert "sea" in card.content
    assert "salt" in card.content


async def test_at_most_75_words_of_a_link_only_story_are_shown_on_any_path(
    linked: Stage,
) -> None:
    s = linked
    answers: list[Any] = []
    for command in ("drabble", "story", "excerpt"):
        answers.append(await s.ben.slash(s.general, command))
        answers.append(await s.ben.slash(s.general, command, tag="sea"))
        answers.append(await s.ben.slash(s.general, command, character="Mira Vale", tag="salt"))
    for command in ("story", "excerpt"):
        answers.append(await s.ben.slash(s.general, command, title="Elsewhere"))
        answers.append(await s.ben.slash(s.general, command, title="Elsewhere Told"))
    place: Any = s.client.get_channel(s.general.id)
    for choice in await s.ben.autocomplete(s.general, "story", "title", ""):
        number = int(choice["value"].removeprefix("#"))
        for verb, *values in (
            ("story",),
            ("open",),
            ("turn", 0, 0, s.ben.id),
            ("turn", 0, 900, s.cid.id),
            ("alone", 0, 0),
            ("alone", 0, 900),
            ("post", 0, 0),
            ("post", 0, 900),
        ):
            made = button("Go", str(verb), number, *values)
            planted = await place.send("Planted.", view=controls([made]))
            answers.append(await s.ben.click(planted, label="Go"))
    answers += [
        await s.ben.slash(s.general, "tag", name=name) for name in ("sea", "Mira Vale", "Ida Penn")
    ]
    told = [s.texts(answer) for answer in answers]
    assert [each for each in told if words_shown(each) > 75] == []
    assert max(map(words_shown, told)) > 0, "the card of a story without a summary shows some"


async def test_no_drabble_and_no_excerpt_is_taken_from_a_link_only_story(linked: Stage) -> None:
    for command in ("drabble", "excerpt"):
        answer = await linked.ben.slash(linked.general, command)
        assert is_private(answer)
        assert words_shown(linked.texts(answer)) == 0


async def test_an_excerpt_of_a_named_link_only_story_says_where_to_read_it(linked: Stage) -> None:
    answer = await linked.ben.slash(linked.general, "excerpt", title="Elsewhere Told")
    assert ADDRESS in "".join(linked.texts(answer))


async def test_a_story_with_consent_is_told_whole(
    folder: Path, tmp_path: Path, clock: Clock
) -> None:
    text = " ".join(WORDS[:120]) + "."
    (folder / "told.md").write_text(
        f"---\ntitle: Here\nrating: General\nurl: {ADDRESS}\npermission: consent\n---\n\n{text}\n",
        "utf-8",
    )
    async with stage(settings_for(tmp_path, folder), clock) as s:
        told = s.texts(await s.ben.slash(s.general, "story", title="Here"))
    assert words_shown(told) == 120
    assert f"Source: <{ADDRESS}>" in told[-1]
