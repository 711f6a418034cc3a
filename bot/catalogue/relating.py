"""Which stories on the shelf a story that was read belongs with: its other versions, its likes.

Found by their marks (`likeness`), one question for a whole batch; only what a
mark found is then read and compared, at most `_COMPARED` stories for each.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.catalogue.judging import Item, Run
from bot.catalogue.likeness import Likeness, is_richer, is_same_work, likeness, words_of
from bot.catalogue.parsing import Read
from bot.catalogue.places import texts_of
from bot.catalogue.relatives import Kin, Relation
from bot.catalogue.reports import told_of
from bot.library.base import Library, Twin
from bot.library.records import Written, record_from_json

_COMPARED = 3  # stories that one is compared with
_MANY_MARKS = 2  # marks of words that two stories share before they are worth a look at once
_SOURCE = 1 << 62  # marks above stand for addresses

Reads = Sequence[tuple[Item, Read | None]]


@dataclass(slots=True)
class Relating:
    """Finds the relations of what one run reads."""

    library: Library
    shelf: int
    run: Run
    _kin: dict[int, Kin | None] = field(default_factory=dict[int, "Kin | None"])

    async def relations(self, items: Reads, found: Mapping[str, Twin]) -> dict[int, Relation]:
        """Give the relations of ``items`` by their place; those that have none are left out."""
        written = {n: read.written for n, (_, read) in enumerate(items) if read and read.written}
        marks = [mark for each in written.values() for mark in each.marks]
        bearers = await self.library.alike(self.shelf, marks) if marks else {}
        relations: dict[int, Relation] = {}
        self._kin.clear()
        for number, own in written.items():
            item, read = items[number]
            assert read is not None
            relation = Relation()
            twin = found.get(own.fingerprint)
            if twin is not None:
                relation.twins = await self._told_of_holders(item, twin)
            near: Counter[int] = Counter()
            for mark in own.marks:
                for story in bearers.get(mark, ()):
                    if twin is None or story != twin.story:
                        near[story] += _weight(mark)
            least = min(_MANY_MARKS, len(own.marks))  # one alone is a phrase that many use
            for story, weight in near.most_common(_COMPARED):
                if weight < least:
                    break
                kin = await self._stored(story, item)
                if kin is not None:
                    await self._relate(relation, read, own, kin)
            if self.run.dry_run:
                await self._relate_to_earlier(relation, items, number, own)
            if relation.twins or relation.edition or relation.near:
                relations[number] = relation
        return relations

    async def _told_of_holders(self, item: Item, twin: Twin) -> list[Mapping[str, Any]]:
        """Give what was told of the same words in other files."""
        keys = [key for key, _ in twin.holders if key != item.file.key]
        known = await self.library.known(self.shelf, keys[:_COMPARED]) if keys else {}
        return [told for file in known.values() if (told := json.loads(file.report)).get("title")]

    async def _stored(self, story: int, item: Item) -> Kin | None:
        if story not in self._kin:
            written = await self.library.written(story)
            self._kin[story] = None if written is None else _kin_of(written, story)
        kin = self._kin[story]
        if kin is None:
            return None
        twins = await self.library.with_fingerprints(self.shelf, [kin.fingerprint])
        own = {item.file.key, item.owner.key if item.owner else ""}
        holders = twins.get(kin.fingerprint, Twin(0)).holders
        kin.is_held = any(
            key not in own and self.run.is_settled(key, modified) for key, modified in holders
        )
        return kin

    async def _relate_to_earlier(
        self, relation: Relation, items: Reads, number: int, own: Written
    ) -> None:
        """Look among what a dry run read just before, which nothing was kept of."""
        for item, read in items[:number]:
            if read is None or read.written is None or not _belong_together(read.written, own):
                continue
            if read.written.fingerprint != own.fingerprint:
                kin = _kin_of(read.written, None)
                kin.path, kin.is_held = item.told, True
                this = items[number][1]
                assert this is not None
                await self._relate(relation, this, own, kin)

    @staticmethod
    async def _relate(relation: Relation, read: Read, own: Written, kin: Kin) -> None:
        shared = await asyncio.to_thread(_compared, own, kin)
        if is_same_work(read.told, kin.told, shared):
            relation.edition = relation.edition or kin
        elif shared.is_near:
            relation.near.append((kin, shared))


def parts(items: Reads, *, dry_run: bool) -> list[Reads]:
    """Part a batch so that what belongs with something earlier in it comes when that is kept."""
    if dry_run:
        return [items]
    found: list[list[tuple[Item, Read | None]]] = [[]]
    seen: dict[int, set[int]] = {}
    words: dict[str, Read] = {}
    for number, (item, read) in enumerate(items):
        own = None if read is None else read.written
        if read is not None and own is not None:
            together: Counter[int] = Counter()
            for mark in own.marks:
                for other in seen.get(mark, ()):
                    together[other] += _weight(mark)
            double = words.get(own.fingerprint)
            is_more = double is not None and is_richer(read.told, double.told)
            is_alike = double is None and max(together.values(), default=0) >= _MANY_MARKS
            if is_more or is_alike:
                found.append([])
                seen.clear()
                words.clear()
            for mark in own.marks:
                seen.setdefault(mark, set()).add(number)
            words.setdefault(own.fingerprint, read)
        found[-1].append((item, read))
    return list(found)


def _belong_together(one: Written, other: Written) -> bool:
    shared = set(one.marks) & set(other.marks)
    return sum(map(_weight, shared)) >= min(_MANY_MARKS, len(one.marks), len(other.marks))


def _weight(mark: int) -> int:
    return _MANY_MARKS if mark >= _SOURCE else 1


def _kin_of(written: Written, story: int | None) -> Kin:
    record = record_from_json(written.record)
    told = told_of(record) | {"chapters": len(written.chapters), "words": written.words}
    return Kin(story, told, written.fingerprint, [text.text for text in texts_of(written)])


def _compared(own: Written, kin: Kin) -> Likeness:
    return likeness(words_of(text.text for text in texts_of(own)), words_of(kin.texts))
