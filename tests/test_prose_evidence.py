"""What the words around a name say about it."""

from collections import Counter

import pytest

from bot.prose.evidence import find_evidence
from bot.prose.worth import WORTH, worth


def _kinds(text: str, *, quoted: bool = False) -> set[str]:
    """Read what is found around "Vell" in ``text``."""
    start = text.index("Vell")
    owns = text[start + 4 : start + 6] in {"'s", "’s"}
    end = start + 4 + 2 * owns
    return set(find_evidence(text, start, end, owns=owns, titled=False, quoted=quoted).kinds)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('"No," said Vell.', "speech"),
        ('"No," Vell quietly asked.', "speech"),
        ("Vell wiped his forehead.", "gesture"),
        ("Vell, the office-boy, entered the room.", "gesture"),
        ("Vell was humming.", "doing"),
        ("Vell had no idea.", "aux"),
        ("Vell's hand shook.", "body"),
        ("She knew Vell's mother.", "kin"),
        ("He looked back at Vell.", "met"),
        ("They followed Vell home.", "met"),
        ("She went with Vell.", "with"),
        ("They asked Crabbe and Vell to stay.", "met"),
        ("He and Vell had no tent.", "with"),
        ("Vell and I had no tent.", "with"),
        ("On a stool sat Vell.", "there"),
        ("The captain, Vell, appeared at the rail.", "action"),
        ("Then Vell, who knew, nodded.", "who"),
        ("An arm went round Vell, who shook it off.", "acting"),
        ("She leaned against Vell.", "beside"),
        ("He sat down next to Vell.", "beside"),
        ("The gym was dark, and Vell pretending to sleep.", "doing"),
        ("In walked Moss with Vell at his heels.", "doing"),
        ("Vell steadied her.", "subject"),
        ("Vell had already jumped the fence.", "subject"),
        ("We called on Vell, an old friend of hers.", "apposed"),
        ("Vell, the caretaker, always had a spare key.", "subject"),
        ("They found her with her uncle, Vell, on the stairs.", "introduced"),
        ("Vell was a thin boy with a lantern.", "apposed"),
        ("He followed Vell, who had been counting coins.", "acting"),
        ("My name is Vell. I keep bees.", "myself"),
        ("I am Vell, and I keep bees.", "myself"),
        ("Your name is Vell. You keep bees.", "myself"),
        ("The rain fell. ~Vell Dear diary, it rains.", "signed"),
        ("They docked at Vell 9.", "numbered"),
        ("A man named Vell came.", "named"),
        ("It was Vell, and he was late.", "pronoun"),
        ("Dear Vell,\n\nCome home.", "vocative"),
        ("Come home.\n\nVell\n", "signed"),
        ("They were back in Vell by dawn.", "within"),
        ("The road to Vell was long.", "going"),
        ("He loved the streets of Vell.", "part of"),
        ("They had seen the Vell before.", "the"),
        ("They had seen a Vell before.", "a"),
        ("They had seen the young Vell's sort.", "one of"),
        ("The many Vell were at war.", "plural"),
        ("Vell lost its gates.", "it"),
        ("They wrote to my Vell again.", "mine"),
    ],
)
def test_the_way_a_name_stands_in_narration_is_told(text: str, kind: str) -> None:
    assert kind in _kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "Vell flooded the hall.",
        "The Vell steadied her.",
        "Vell had been lovely.",
        "Vell cut stone lay about.",
        "Vell, the harbour, always had a light on.",
    ],
)
def test_what_weather_and_ships_do_too_makes_nobody_a_subject(text: str) -> None:
    assert "subject" not in _kinds(text)


def test_whom_somebody_had_told_is_less_there_than_whom_somebody_told() -> None:
    told, had_told, would_tell = (
        find_evidence(text, text.index("Vell"), len(text), owns=False, titled=False, quoted=False)
        for text in ("She told Vell", "She had told Vell", "She would tell Vell")
    )
    assert told.presence > had_told.presence == would_tell.presence > 0


def test_who_is_told_of_by_name_and_deed_alone_is_not_met() -> None:
    assert "acting" not in _kinds("There was a boy called Vell, who drowned.")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('"Come here, Vell."', "vocative"),
        ('"Vell, come here."', "called"),
        ('"Vell, of all things."', "opening"),
        ('"In truth, Vell, I am tired."', "inset"),
        ('"Listen, Vell, I am tired."', "called"),
        ('"What is your name?" the clerk asked. "Vell."', "introduced"),
        ('"Who are you?" she asked. "Vell. I work here."', "introduced"),
        ('"And your sisters?" "Maud and Vell." He wrote it down.', "introduced"),
        ('"The girl who ran off was Vell."', "introduced"),
        ('"I heard that Vell shrugged it off."', "quoted action"),
    ],
)
def test_the_way_a_name_stands_in_speech_is_told(text: str, kind: str) -> None:
    assert kind in _kinds(text, quoted=True)


def test_what_is_said_of_somebody_does_not_bring_them_there() -> None:
    told = find_evidence('"Vell laughed at it."', 1, 5, owns=False, titled=False, quoted=True)
    seen = find_evidence("Then Vell laughed at it.", 5, 9, owns=False, titled=False, quoted=False)
    assert told.presence == 0
    assert seen.presence > 1


@pytest.mark.parametrize(
    "text", ["The villagers of Vell gathered.", "He smoked many Vell cigarettes."]
)
def test_what_others_do_is_not_done_by_the_name(text: str) -> None:
    assert "action" not in _kinds(text)


def test_a_word_that_opens_speech_is_a_name_if_somebody_is_called_so() -> None:
    opened, called = Counter(opening=3), Counter(vocative=1)
    assert worth(opened + called) > worth(called) > worth(opened)


def test_a_motion_into_a_place_is_not_a_meeting() -> None:
    assert "met" not in _kinds("They sailed to Vell.")
    assert "going" not in _kinds("They spoke to Vell.")


@pytest.mark.parametrize(
    "text",
    [
        '"When did it end?" "Vell."',
        '"Who was it?" "Vell."',
        '"The city they took was Vell."',
        '"This is Vell," he said. "It rains a lot."',
    ],
)
def test_an_answer_to_another_question_introduces_nobody(text: str) -> None:
    assert "introduced" not in _kinds(text, quoted=True)


def test_who_is_introduced_is_there() -> None:
    def presence(text: str, *, quoted: bool) -> float:
        start = text.index("Vell")
        end = start + 4
        return find_evidence(text, start, end, owns=False, titled=False, quoted=quoted).presence

    assert presence('"Who are you?" "Vell. I work here."', quoted=True) >= 1
    assert presence('"Who was it?" "Vell. He works here."', quoted=True) < 1
    assert presence('"Mother, this is Vell," she said.', quoted=True) >= 1
    assert presence('"This is Vell," he said. "It rains a lot."', quoted=True) < 1
    assert presence("She sat with her husband, Vell, on a bench.", quoted=False) > presence(
        "She thought of her husband, Vell, on a bench.", quoted=False
    )


def test_evidence_adds_up_less_and_less() -> None:
    once, twice, often = (worth(Counter({"speech": n})) for n in (1, 2, 20))
    assert 0 < once < twice < often < 20 * once
    assert worth(Counter({"within": 3})) < 0 < worth(Counter({"body": 1, "within": 0}))
    assert worth(Counter({"never heard of": 5})) == 0
    assert WORTH["speech"] > WORTH["aux"]
