"""Text to messages: our ``split_messages`` beside other splitters, in quality and in speed."""

import functools
import math
import re
import statistics
from collections.abc import Callable, Sequence
from pathlib import Path

from bench import cuts, peers
from bench.measure import in_turn, ratios, slope, spread
from bench.prose_corpus import SEED, SHARES, Marked, Story, generate
from bench.report import Aim, Outcome, at_most, none_of, shown, table

SEEDS = Path(__file__).resolve().parents[1] / "seeds"
PLAIN = tuple(kind for kind in SHARES if kind != "markdown")
_MILLION = 1_000_000
_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_STYLED = re.compile(r"(\*\*|\*)(?=\S)[^*\n]+?(?<=\S)\1")
_LINEAR = 1.1  # a slope up to this counts as linear

# Texts of growing length are put together from these.
_PATHS = {"plain": ("dialogue", "wall"), "Markdown": ("markdown",)}
Grown = dict[str, dict[str, dict[int, float]]]  # seconds by path, splitter and length of a text
Taken = dict[str, dict[str, list[float]]]  # CPU seconds by kind, splitter and round


def measure(quick: bool) -> Outcome:
    """Measure quality on every story once, then speed and growth in turn."""
    stories = generate(4_000_000 if quick else 24_000_000)
    seeds = read_seeds()
    splitters = peers.splitters()
    tallies = {each.name: _tally(each, stories) for each in splitters}
    on_seeds = {each.name: _tally(each, seeds) for each in splitters}
    taken = _time(splitters, stories, 3 if quick else 7)
    grown = _grown(splitters, stories, quick)

    plain, marked = _paths(taken)
    keepers = [
        each.name for each in splitters if each.name != peers.OURS and _keeps(tallies[each.name])
    ]
    best_plain = min(keepers, key=lambda name: statistics.median(plain[name]))
    best_marked = min(keepers, key=lambda name: statistics.median(marked[name]))
    aims = [
        *_quality_aims(tallies, keepers),
        *_seed_aims(on_seeds[peers.OURS]),
        *_speed_aims(plain, marked, best_plain, best_marked, grown),
    ]
    body = "\n\n".join(
        (
            "## Quality, on the generated stories",
            _quality_table(tallies, keepers),
            _lower_bound(stories),
            "## Speed",
            _speed_table(taken, stories, (best_plain, best_marked), grown),
            "## Speed by kind of text",
            _kinds_table(taken, stories, best_plain),
            "## Speed by length of the text",
            _lengths_table(grown, keepers),
            "## The stories of seeds/",
            _seeds_table(on_seeds),
        )
    )
    packages = ("regex", *(each.package for each in splitters if each.package))
    about = _about(stories, seeds, quick)
    return Outcome("Splitting text into messages", about, body, tuple(aims), packages)


def read_seeds() -> list[Story]:
    """Read the example stories without their front matter; their sentence ends are not known."""
    found: list[Story] = []
    for path in sorted(SEEDS.glob("*/*.md")):
        text = _FRONT_MATTER.sub("", path.read_text("utf-8"), count=1).strip()
        spans = [Marked(*match.span(), match[1], match[1]) for match in _STYLED.finditer(text)]
        found.append(Story("seeds", text, (), tuple(spans)))
    return found


def _tally(splitter: peers.Splitter, stories: list[Story]) -> cuts.Tally:
    tally = cuts.Tally()
    for story in stories:
        cuts.judge(story, splitter.split(story.text), tally)
    return tally


def _keeps(tally: cuts.Tally) -> bool:
    """Tell whether a splitter hardly ever cuts inside a sentence that would have fitted."""
    return tally.share(tally.avoidable) <= 0.02 and tally.share(tally.in_word) <= 0.001


def _split_all(split: Callable[[str], list[str]], texts: Sequence[str]) -> None:
    for text in texts:
        split(text)


def _time(splitters: list[peers.Splitter], stories: list[Story], rounds: int) -> Taken:
    taken: Taken = {}
    for kind in SHARES:
        texts = [story.text for story in stories if story.kind == kind]
        ways = {each.name: functools.partial(_split_all, each.split, texts) for each in splitters}
        taken[kind] = in_turn(ways, rounds)
    return taken


def _paths(taken: Taken) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Give the seconds per round without any Markdown, and with it."""
    plain = {
        name: [
            math.fsum(parts) for parts in zip(*(taken[kind][name] for kind in PLAIN), strict=True)
        ]
        for name in taken["markdown"]
    }
    return plain, taken["markdown"]


def _grown(splitters: list[peers.Splitter], stories: list[Story], quick: bool) -> Grown:
    """Time each splitter on texts of growing length, without and with Markdown."""
    sizes = [20_000, 80_000, 320_000] if quick else [10_000, 40_000, 160_000, 640_000, 2_560_000]
    grown: Grown = {}
    for path, kinds in _PATHS.items():
        whole = "\n\n".join(story.text for story in stories if story.kind in kinds)
        # All sizes add up to the same length, so that the shortest is timed as well as the longest.
        ways = {
            (each.name, size): functools.partial(
                _split_all, each.split, [whole[at : at + size] for at in range(0, sizes[-1], size)]
            )
            for each in splitters
            for size in sizes
        }
        taken = in_turn({f"{name} {size}": way for (name, size), way in ways.items()}, 3)
        grown[path] = {
            each.name: {
                size: statistics.median(taken[f"{each.name} {size}"]) * size / sizes[-1]
                for size in sizes
            }
            for each in splitters
        }
    return grown


def _slope(grown: Grown, path: str, name: str) -> float:
    """Give how the time grows with the length of one text; 1 is linear."""
    sizes = grown[path][name]
    return slope(list(sizes), list(sizes.values()))


def _quality_aims(tallies: dict[str, cuts.Tally], keepers: list[str]) -> list[Aim]:
    ours = tallies[peers.OURS]
    sentences = ours.share(ours.in_sentence)
    aims = [
        at_most(
            "at most 1.035 times the smallest possible number of messages", ours.over, 1.035, ".3f"
        ),
        at_most("at most 1 % of the cuts inside a sentence", sentences, 0.01, ".2%"),
        none_of("no cut inside a sentence that would have fitted", ours.avoidable),
        none_of("no cut inside a word", ours.in_word),
        none_of("no grapheme broken", ours.graphemes),
        none_of("no style span, link or mention broken", ours.spans),
        none_of("no code fence broken", ours.fences),
        none_of("no character lost, no line break changed", ours.lost + ours.lines),
        none_of("no message that Discord would refuse", ours.refused),
    ]
    behind = [
        f"{column} ({name})"
        for column, value in _COLUMNS.items()
        for name in keepers
        if value(tallies[name]) < value(ours)
    ]
    found = f"behind in: {'; '.join(behind)}" if behind else "best or equal"
    wanted = "best or equal in every quality column among those that keep sentences"
    return [*aims, Aim(wanted, found, not behind)]


def _seed_aims(ours: cuts.Tally) -> list[Aim]:
    wrong = ours.in_word + ours.in_sentence + ours.graphemes + ours.spans + ours.lost + ours.lines
    return [none_of("on seeds/: nothing broken or lost", wrong + ours.refused)]


def _speed_aims(
    plain: dict[str, list[float]],
    marked: dict[str, list[float]],
    best_plain: str,
    best_marked: str,
    grown: Grown,
) -> list[Aim]:
    without = ratios(plain[best_plain], plain[peers.OURS])
    within = ratios(marked[best_marked], marked[peers.OURS])
    ours = [_slope(grown, path, peers.OURS) for path in _PATHS]
    return [
        Aim(
            "plain text at least as fast as the fastest peer that keeps sentences",
            _beside(plain, best_plain),
            without.median >= 1,
        ),
        Aim(
            "Markdown at least a quarter as fast as the fastest peer that keeps sentences",
            _beside(marked, best_marked),
            within.median >= 0.25,
        ),
        Aim(
            f"linear in the length (slope at most {_LINEAR})",
            f"{ours[0]:.2f} plain, {ours[1]:.2f} Markdown",
            max(ours) <= _LINEAR,
        ),
    ]


def _beside(taken: dict[str, list[float]], best: str) -> str:
    """Say how fast we are beside the fastest peer and beside the one in Rust."""
    said = [
        f"{ratios(taken[name], taken[peers.OURS]).median:.2f} times the speed of {name}"
        for name in dict.fromkeys((best, peers.RUST))
    ]
    return "; ".join(said)


_COLUMNS: dict[str, Callable[[cuts.Tally], float]] = {
    "messages": lambda tally: tally.over,
    "in a word": lambda tally: tally.share(tally.in_word),
    "in a sentence": lambda tally: tally.share(tally.in_sentence),
    "avoidable": lambda tally: tally.share(tally.avoidable),
    "graphemes": lambda tally: tally.graphemes,
    "spans": lambda tally: tally.spans,
    "fences": lambda tally: tally.fences,
    "lost": lambda tally: tally.lost,
    "lines changed": lambda tally: tally.lines,
    "refused": lambda tally: tally.refused,
}


def _about(stories: list[Story], seeds: list[Story], quick: bool) -> str:
    return (
        f"{len(stories)} generated stories (seed {SEED}) of {_size(stories) / _MILLION:.1f} million"
        f" characters, {sum(len(story.text.encode()) for story in stories) / _MILLION:.1f} MB as"
        f" UTF-8, and the {len(seeds)} stories of `seeds/`. Messages of {cuts.LIMIT:,} characters."
        f" One process, in turn, {'3' if quick else '7'} rounds, CPU time; medians with the lowest"
        " and the highest round in brackets."
    )


def _quality_table(tallies: dict[str, cuts.Tally], keepers: list[str]) -> str:
    rows = [
        (
            f"{name} (keeps sentences)" if name in keepers else name,
            f"{tally.over:.3f}",
            f"{tally.share(tally.in_word):.2%}",
            f"{tally.share(tally.in_sentence):.2%}",
            f"{tally.share(tally.avoidable):.2%} ({tally.avoidable})",
            str(tally.graphemes),
            str(tally.spans),
            str(tally.fences),
            str(tally.lost),
            str(tally.lines),
            str(tally.refused),
            f"{tally.share(tally.at_line_end):.0%}",
        )
        for name, tally in tallies.items()
    ]
    head = (
        "splitter",
        "messages ÷ smallest",
        "cut in a word",
        "in a sentence",
        "of these avoidable",
        "graphemes",
        "spans",
        "fences",
        "lost",
        "lines changed",
        "refused",
        "at a line end",
    )
    return table(head, rows)


def _lower_bound(stories: list[Story]) -> str:
    fewest = sum(map(cuts.fewest_whole, stories)) / sum(
        cuts.smallest(story.text) for story in stories
    )
    return (
        "The smallest number of messages is the length of each story over the limit, rounded up."
        f" Whoever cuts at the known sentence ends alone, and as late as possible, needs"
        f" {fewest:.3f} times as many."
    )


def _speed_table(
    taken: Taken,
    stories: list[Story],
    best: tuple[str, str],
    grown: Grown,
) -> str:
    paths = _paths(taken)
    sizes = (_size(stories, PLAIN), _size(stories, ("markdown",)))
    rows: list[list[str]] = []
    for name in paths[0]:
        row = [name]
        for seconds, size, reference in zip(paths, sizes, best, strict=True):
            to_peer = ratios(seconds[reference], seconds[name])
            to_floor = ratios(seconds[name], seconds[peers.FLOOR])
            row += [_speed(seconds[name], size), shown(to_peer), f"{to_floor.median:,.0f}"]
        rows.append([*row, " / ".join(f"{_slope(grown, path, name):.2f}" for path in _PATHS)])
    head = (
        "splitter",
        "plain, MB/s",
        "× fastest keeper",
        "floor's time ×",
        "Markdown, MB/s",
        "× fastest keeper",
        "floor's time ×",
        "slope plain / Markdown",
    )
    named = (
        f"MB is a million characters. The fastest peer that keeps sentences is {best[0]} on plain"
        f" text and {best[1]} on Markdown; 2.00 is twice its speed. The slope is the exponent of"
        " the time's growth with the length of one text."
    )
    return f"{table(head, rows)}\n\n{named}"


def _kinds_table(taken: Taken, stories: list[Story], best: str) -> str:
    rows = [
        (
            kind,
            _speed(taken[kind][peers.OURS], _size(stories, (kind,))),
            _speed(taken[kind][best], _size(stories, (kind,))),
            shown(ratios(taken[kind][best], taken[kind][peers.OURS])),
        )
        for kind in SHARES
    ]
    return table(("kind", f"{peers.OURS}, MB/s", f"{best}, MB/s", "ours × theirs"), rows)


def _lengths_table(grown: Grown, keepers: list[str]) -> str:
    """Write how fast those who keep sentences are by length, as ours over theirs."""
    rows = [
        (
            f"{path}, {size:,} characters",
            f"{size / grown[path][peers.OURS][size] / _MILLION:,.0f}",
            *(f"{grown[path][name][size] / grown[path][peers.OURS][size]:.2f}" for name in keepers),
        )
        for path in _PATHS
        for size in grown[path][peers.OURS]
    ]
    head = (
        "one text of",
        f"{peers.OURS}, MB/s",
        *(f"ours × {name.split(',')[0]}" for name in keepers),
    )
    return table(head, rows)


def _seeds_table(tallies: dict[str, cuts.Tally]) -> str:
    rows = [
        (
            name,
            f"{tally.over:.3f}",
            str(tally.cuts),
            str(tally.in_word),
            str(tally.in_sentence),
            str(tally.spans),
            str(tally.lost),
            str(tally.lines),
            str(tally.refused),
        )
        for name, tally in tallies.items()
    ]
    head = (
        "splitter",
        "messages ÷ smallest",
        "cuts",
        "in a word",
        "surely in a sentence",
        "spans",
        "lost",
        "lines changed",
        "refused",
    )
    return table(head, rows)


def _size(stories: list[Story], kinds: Sequence[str] = tuple(SHARES)) -> int:
    return sum(len(story.text) for story in stories if story.kind in kinds)


def _speed(seconds: list[float], size: int) -> str:
    return shown(spread(size / second / _MILLION for second in seconds), None)
