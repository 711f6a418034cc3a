"""What each kind of evidence is worth for a name: the odds that it is a person's.

The kinds are those that `bot.prose.evidence` finds.
"""

from collections import Counter
from math import log2

# Where somebody who is only spoken of stands too.
AWAY = frozenset({"the", "a", "within", "at", "going", "from", "of", "part of", "place"})
DEEDS = frozenset({"action", "gesture", "body", "doing"})
# Times log2(1 + how often); by logistic regression on 4,000 names in 160 texts (LitBank's novels,
# CC BY 4.0, and shorter ones). Those that are too rare there, and those that were told apart later
# (gesture, called, myself, signed, beside, acting, inset, …), were set by hand near their kin.
WORTH = {
    "introduced": 1.9,
    "doing": 1.8,
    "speech": 1.8,
    "body": 1.7,
    "title": 1.7,
    "gesture": 1.6,
    "quoted kin": 1.5,
    "signed": 1.5,
    "speaker": 1.5,
    "quoted speech": 1.4,
    "quoted action": 1.3,
    "quoted gesture": 1.3,
    "kin": 1.2,
    "met": 1.2,
    "quoted doing": 1.2,
    "there": 1.1,
    "vocative": 1.1,
    "called": 1.1,
    "myself": 1.1,
    "apposed": 1.0,
    "inset": 1.0,
    "acting": 1.0,
    "beside": 1.0,
    "action": 0.9,
    "named": 0.9,
    "owns": 0.9,
    "is": 0.9,
    "aux": 0.9,
    "with": 0.8,
    "quoted owns": 0.8,
    "who": 0.8,
    "pronoun": 0.7,
    "object": 0.4,
    "quoted aux": 0.4,
    "and": 0.4,
    "of": 0.3,
    "opening": 0.1,
    "to": -0.1,
    "quoted plural": -0.2,
    "a": -0.4,
    "one of": -0.6,
    "plural": -0.6,
    "the": -0.8,
    "from": -1.0,
    "numbered": -2.0,
    "parts": -1.0,
    "part of": -1.4,
    "going": -1.5,
    "part": -1.5,
    "at": -1.7,
    "place": -1.8,
    "mine": -2.0,
    "within": -2.4,
    "phrase": -4.0,
    "holy": -4.0,
}


def worth(kinds: Counter[str]) -> float:
    """Add up what all the evidence is worth for one name."""
    if kinds["opening"] and (kinds["vocative"] or not DEEDS.isdisjoint(kinds)):
        # "Nonsense," opens speech as a name does, but nobody hears: "You first, Nonsense."
        kinds = kinds - Counter(opening=kinds["opening"]) + Counter(vocative=kinds["opening"])
    return sum(WORTH.get(kind, 0.0) * log2(1 + count) for kind, count in kinds.items())
