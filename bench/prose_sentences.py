"""Paragraphs as lists of sentences, so that whoever writes them down knows each one's end."""

import random

from bench.prose_words import (
    ARABIC,
    COMMON,
    DEVANAGARI,
    EMOJI,
    HAN,
    HANGUL,
    INNER,
    KANA,
    KANJI,
    MARKED,
    NAMES,
    PERSONS,
    PLAIN,
    SPEECH,
    TITLED,
)

_WORDS = (*COMMON, *COMMON, *PLAIN)
_ENDS = "........??!…"
_RUN_ON = 0.000_3  # share of narrated sentences that fit in no message


def clause(rng: random.Random) -> list[str]:
    """Give the words of a sentence without its marks; about ten of them."""
    words = rng.choices(_WORDS, k=max(2, round(rng.lognormvariate(2.25, 0.55))))
    if len(words) > 7 and rng.random() < 0.5:
        words[len(words) // 2] += ","
    chance = rng.random()
    if chance < 0.03:
        words.insert(len(words) // 2, rng.choice(TITLED))
    elif chance < 0.06:
        words.insert(len(words) // 2, rng.choice(NAMES))
    elif chance < 0.08:
        words.insert(len(words) - 1, rng.choice(INNER))
    elif chance < 0.09:
        words[0] += "…"  # trails off, and goes on in small letters
        words[1] = words[1].lower()
    elif chance < 0.10:
        words[len(words) // 2] += "—"
    return words


def sentence(rng: random.Random) -> str:
    """Give one sentence with its mark."""
    return _capital(" ".join(clause(rng))) + rng.choice(_ENDS)


def narration(rng: random.Random, count: int, *, run_ons: bool = False) -> list[str]:
    """Give ``count`` sentences that nobody speaks."""
    found = [sentence(rng) for _ in range(count)]
    if run_ons and rng.random() < _RUN_ON * count:
        found.append(_capital(", and ".join(" ".join(clause(rng)) for _ in range(60))) + ".")
    return found


def dialogue_paragraph(rng: random.Random, *, straight: bool) -> list[str]:
    """Give a paragraph of a novel: mostly somebody speaks."""
    left, right = '""' if straight else "“”"
    chance = rng.random()
    if chance < 0.35:
        return narration(rng, rng.randint(1, 6))
    said = _capital(" ".join(clause(rng)))
    mark = rng.choice(",,,?!")
    person = rng.choice(PERSONS)
    if chance < 0.36:
        return [f"{left}{said}—{right}"]
    if chance < 0.50:
        return [f"{left}{said}{mark}{right} {person} {rng.choice(SPEECH)}."]
    if chance < 0.58:
        name = rng.choice(NAMES) if rng.random() < 0.6 else rng.choice(TITLED[:4])
        return [f"{left}{said}{mark}{right} {name} {rng.choice(SPEECH)}."]
    if chance < 0.70:
        more = " ".join(clause(rng))
        return [f"{left}{said},{right} {person} {rng.choice(SPEECH)}, {left}{more}.{right}"]
    if chance < 0.80:
        asked = f"{left}{said}?{right} {person} {rng.choice(SPEECH)}, {' '.join(clause(rng))}."
        return [asked, *_quoted(rng, left, right)]
    if chance < 0.90:
        return _quoted(rng, left, right)
    return [*_quoted(rng, left, right), *narration(rng, rng.randint(1, 3))]


def chinese_paragraph(rng: random.Random) -> list[str]:
    """Give a paragraph without any space."""
    found: list[str] = []
    for _ in range(rng.randint(1, 9)):
        body = _unspaced(rng, HAN, "，")
        if rng.random() < 0.2:
            found.append(f"“{_unspaced(rng, HAN, '，')}{rng.choice('。！？')}”")
        else:
            found.append(body + rng.choice("。。。。！？"))
    return found


def japanese_paragraph(rng: random.Random) -> list[str]:
    """Give a paragraph without any space; questions within a sentence end nothing."""
    found: list[str] = []
    for _ in range(rng.randint(1, 9)):
        body = _unspaced(rng, KANA + KANA + KANJI, "、")
        chance = rng.random()
        if chance < 0.15:
            found.append(f"「{body}？」と彼は言った。")
        elif chance < 0.3:
            found.append(f"「{body}。」")
        else:
            found.append(body + rng.choice("。。。！？"))
    return found


def chat_paragraph(rng: random.Random) -> list[str]:
    """Give short sentences among emoji; a group of emoji is a sentence of its own."""
    found: list[str] = []
    for _ in range(rng.randint(1, 6)):
        words = clause(rng)
        if rng.random() < 0.5:
            words.insert(len(words) // 2, _emoji(rng, 1, 3))
        if rng.random() < 0.2:
            words.insert(1, rng.choice(MARKED))
        found.append(_capital(" ".join(words)) + rng.choice(_ENDS))
        if rng.random() < 0.5:
            found.append(_emoji(rng, 1, 5))
    if rng.random() < 0.02:
        found.append(_emoji(rng, 40, 300))
    if rng.random() < 0.001:
        found.append(_emoji(rng, 1_000, 1_500))  # longer than a message
    return found


def foreign_paragraph(rng: random.Random) -> list[str]:
    """Give a paragraph in Arabic, Hindi or Korean letters."""
    words, marks = rng.choice(((ARABIC, "..؟"), (DEVANAGARI, "।।?"), (HANGUL, "..?")))
    return [
        " ".join(rng.choices(words, k=rng.randint(4, 14))) + rng.choice(marks)
        for _ in range(rng.randint(2, 8))
    ]


def _quoted(rng: random.Random, left: str, right: str) -> list[str]:
    """Give one to four sentences inside one pair of quotes."""
    found = [sentence(rng) for _ in range(rng.randint(1, 4))]
    found[0] = left + found[0]
    found[-1] += right
    return found


def _unspaced(rng: random.Random, letters: str, comma: str) -> str:
    parts = ["".join(rng.choices(letters, k=rng.randint(4, 18))) for _ in range(rng.randint(1, 3))]
    return comma.join(parts)


def _emoji(rng: random.Random, least: int, most: int) -> str:
    return "".join(rng.choices(EMOJI, k=rng.randint(least, most)))


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
