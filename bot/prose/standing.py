"""What a name is to the words right before it: met, named, gone to, stayed in.

And whether they say that all of it is only told, thought or supposed.
"""

from bot.prose.english import PERSON_NOUNS, word_set
from bot.prose.name_words import (
    ACTIONS,
    ARTICLES,
    FACING,
    GESTURES,
    GOING,
    IN_PLACES,
    MEETING,
    PLACE_PARTS,
    RELATIVES,
    WITHIN_PLACES,
)

# What one does from afar as well, and to things.
_FELT = word_set("""
    loved loves love hated hates hate liked likes missed misses trusted trusts trust blamed blames
    forgave forgives texted texts phoned dating dated
""")
OF = word_set("of from")
BEING = word_set("is was are were isn't wasn't isn’t wasn’t")
_NAMED = word_set("named called")
_WITH = word_set("with beside behind for by like than between without because against")
_BESIDE = word_set("beside against")  # where only who is there is leant or sat
_ACCOMPANIED = word_set("""
    trailed followed flanked joined accompanied led chased carried dragged held pulled greeted met
    surrounded watched interrupted startled awoken woken caught stopped saved tackled
""")
_TO = word_set("to towards toward for")
# Before a name these have a clause behind them: "the way Malfoy sneered".
_WHEN = word_set("way time moment day night morning instant second minute year thing reason")
# "On a stool sat Raissa", "among the crew was Noah"; not "where was Noah".
_BRINGING = word_set("was stood sat lay came went knelt hung waited stands sits lies comes is")
_ASKING = BEING | word_set("was did does had has will would could can")
_ITS = word_set("it's it’s that's that’s")
_KNOWING = word_set("find finds know knows want need hold leave touch trust see hear feel")
_DOING_TO = ACTIONS | GESTURES | _KNOWING
NO_DOING = word_set("""
    during including being leaving visiting entering reaching concerning regarding nothing something
    anything everything morning evening according saying overlooking king ring thing wing spring
    exploring touring
""")
_BEFORE_QUESTIONS = word_set("where how who what why when that which than as if it he she there")
_PERSONAL = word_set("i me he him she her you us")
_MINE = word_set("my your his her our their its")
# Behind one of these it is told, thought or supposed what somebody does, or has …
_TOLD = word_set("""
    that whether if what how why than because since who whom which way where like unless though
    although until wherever whenever
""")
_NOW = word_set("when as while after before once")
_SHARE_OF_TOLD = 1 / 3  # … which says so much less of being there
_MARKS = "\"“„‘'«([*_~—–-"


def words_before(before: str) -> tuple[str, str, str]:
    """Give the three words right before a name, the nearest first; "" where there is none."""
    *_, third, second, previous, space = ("", "", "", *before.lower().rsplit(" ", 4))
    if space or not previous[-1:].isalpha():
        return "", "", ""
    if not previous[0].isalpha():
        return previous.lstrip(_MARKS), "", ""
    if not second[-1:].isalpha():
        return previous, "", ""
    if not second[0].isalpha():
        return previous, second.lstrip(_MARKS), ""
    return previous, second, third if third.isalpha() else ""


def find_standing(previous: str, second: str, third: str, *, titled: bool) -> str:
    """Tell what a name is to the words before it: met, named, gone to, stayed in."""
    if not previous:
        return ""
    if previous == "the":
        return "" if titled else "the"
    if previous in ARTICLES:
        return "" if titled else "a"
    if previous == "other":
        return "one of"  # "the two other Aurors"
    if previous in PERSON_NOUNS:
        return "apposed"
    if previous in _NAMED:
        return "named"
    if previous == "by" and second in _ACCOMPANIED:
        return "met"
    if previous in _WITH:
        if previous in _BESIDE:
            return "beside"
        return "met" if second in FACING or third in FACING else "with"
    if previous in MEETING:
        return "object" if previous in _FELT else "met"
    if previous in _TO:
        if second in FACING or third in FACING:
            return "met"
        if second == "next":
            return "beside"
        if second in GOING or third in GOING:
            return "going"
        return "to"
    if previous in IN_PLACES:
        if second in FACING or third in FACING:
            return "met"
        return "within" if previous in WITHIN_PLACES else "at"
    if previous in OF:
        return "part of" if second in PLACE_PARTS else previous
    if previous == "and":
        if third in MEETING or third in FACING:  # "asked Crabbe and Goyle"
            return "met"
        return "with" if second in _PERSONAL else "and"
    if previous in _MINE:
        return "mine"
    if previous in _BRINGING and not (previous in BEING and second in _BEFORE_QUESTIONS):
        is_kin = previous in BEING and (second in RELATIVES or second in PERSON_NOUNS)
        return "named" if is_kin else "there"  # "his father was Walt"
    if previous in _ASKING or previous in _ITS:
        return "is"
    if previous in _WHEN:
        return ""  # "the way Malfoy sneered"
    if second == "the" or second in ARTICLES:
        return "one of"  # "the young Slytherin"
    if previous.endswith("ed") or previous in _DOING_TO:
        return "object"
    return "object" if previous.endswith("ing") and previous not in NO_DOING else ""


def share_present(previous: str, second: str, third: str) -> float:
    """Give the share of a deed that says that somebody is there; the nearest word counts."""
    for word in (previous, second, third):
        if word in _TOLD:
            return _SHARE_OF_TOLD
        if word in _NOW:
            break
    return 1.0
