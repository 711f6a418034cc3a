"""Which language a story is in, from what its file says: a tag or a name in any spelling."""

import re
import tomllib
from functools import lru_cache
from importlib import resources

from babel import Locale

from bot.prose.words import fold

_TAG = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]{1,8})*")
_NAME_END = re.compile(r"[-_ (/,]")


def code_of(stated: str) -> str:
    """Give the first part of the language's tag: "en" for "en-GB", "English" or "ENGLISH (UK)".

    A name that nobody knows gives its own first word, folded, so that stories
    which say the same are found together; nothing gives nothing.
    """
    folded = fold(stated)
    if not folded:
        return ""  # as most files do: never worth the names of all languages
    tag = _TAG.fullmatch(folded)
    if tag and tag[1] in _english():
        return tag[1]
    first = _NAME_END.split(folded, maxsplit=1)[0]
    for name in (folded, first):
        code = _codes_by_english_name().get(name)
        if code:
            return code
    return _codes_by_own_name().get(folded) or _codes_by_own_name().get(first) or first


@lru_cache(maxsize=1)
def _english() -> dict[str, str]:
    return dict(Locale("en").languages)


@lru_cache(maxsize=1)
def _codes_by_english_name() -> dict[str, str]:
    return {fold(name): code for code, name in _english().items() if "_" not in code}


@lru_cache(maxsize=1)
def _codes_by_own_name() -> dict[str, str]:
    text = resources.files("bot").joinpath("data", "languages.toml").read_text(encoding="utf-8")
    return {fold(name): code for code, name in tomllib.loads(text).items()}
