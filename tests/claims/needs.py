"""What a claim's test reads of an edition, held against what the claim declares."""

from __future__ import annotations

import pandas as pd

from r2klib.claims import pairs, signals
from r2klib.claims.asking import examine
from r2klib.claims.nouns import kind_of
from r2klib.data import Dataset

#: What a test takes in where an edition holds it, besides what it needs.
AT_HAND = tuple(signals.AT_HAND)


class Recording(Dataset):
    """An edition that writes down which of its series are read, in whatever view of it."""

    def __getitem__(self, name):
        vars(self)["read"].add(name)
        return super().__getitem__(name)

    def releases(self, name):
        vars(self)["read"].add(name)
        return super().releases(name)

    def _view(self, shelf):
        return recording(super()._view(shelf), vars(self)["read"])


def recording(data, read):
    """`data`, writing into the set `read`."""
    made = Recording.__new__(Recording)
    vars(made).update(vars(data), read=read)
    return made


def declared(claim, data):
    """The series that a claim names for this kind of edition, those of its pair among them."""
    kind = kind_of(data)
    pair = claim.pair.get(kind)
    return {*(pairs.get(pair).series if pair else ()), *claim.needs.get(kind, ())}


def hold_rows_to_needs(claim, data):
    """A claim has the same rows where only the series that it declares are held."""
    pd.testing.assert_frame_equal(claim.rows(_cut(claim, data)), claim.rows(data))


def hold_to_needs(claim, data, unread=()):
    """It answers alike, too, and reads them all but `unread`, be it for what stands beside."""
    needed, read = declared(claim, data), set()
    alone = examine(claim, recording(_cut(claim, data), read))
    missed = needed - read - set(unread)
    assert not missed, f"{claim.id} never reads {sorted(missed)}"
    assert alone.answer == claim.estimate(data)


def _cut(claim, data):
    """The edition without what a claim does not declare.

    A live edition also keeps its clock, which dates every state, and what may be at hand.
    """
    clock = () if data.kind == "sample" else pairs.CLOCKS["live"][:1]
    kept = declared(claim, data) | {*AT_HAND, *claim.at_hand, *clock}
    return data.without(set(data) - kept)
