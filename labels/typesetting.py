"""Lines that fit: text wrapped at words, and made smaller until all of it stands in its place.
A label never cuts a name short: an address that lost its last words goes to the wrong commune. So text is wrapped,
then shrunk by steps, and when even the smallest readable size is too large the label is refused with a sentence.

Vietnamese capitals may carry two marks (Ễ stands 1.05 em above the line, Ậ hangs 0.18 em below), so lines are 1.4 em
apart.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from postgw.domain.errors import Invalid

from .typeface import clean, width_of

MM: Final = 72 / 25.4
LEADING: Final = 1.4
SMALLEST: Final = 5.0
_STEPS: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A paragraph to be set: its text, its best size in points, and the space before it in millimetres."""

    text: str
    size: float
    bold: bool = False
    gap: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One set line; `baseline` is in millimetres below the top of its block."""

    text: str
    size: float
    bold: bool
    baseline: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Lines that were set together and their height in millimetres."""

    lines: tuple[Line, ...]
    height: float


def leading(size: float) -> float:
    """Return the distance between two baselines, in millimetres."""
    return size * LEADING / MM


def wrap(text: str, width: float, size: float, bold: bool = False) -> list[str]:
    """Return `text` as lines no wider than `width` millimetres; only a word wider than that is broken inside.

    >>> wrap("Phường Thành Sen, tỉnh Hà Tĩnh", 30, 10)
    ['Phường Thành', 'Sen, tỉnh Hà Tĩnh']
    """
    room, lines, line = width * MM, [], ""
    text = clean(text)
    if width_of(text, size, bold) <= room:
        return [text]
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if width_of(longer, size, bold) <= room:
            line = longer
            continue
        if line:
            lines.append(line)
        *whole, line = _broken(word, room, size, bold)
        lines.extend(whole)
    return [*lines, line]


def _broken(word: str, room: float, size: float, bold: bool) -> list[str]:
    pieces = [""]
    for letter in word:
        if pieces[-1] and width_of(pieces[-1] + letter, size, bold) > room:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def block(paragraphs: Iterable[Words], width: float) -> Block:
    """Return the paragraphs set at their own sizes, one below the other; an empty one leaves no trace."""
    lines: list[Line] = []
    height = 0.0
    for words in paragraphs:
        if not words.text.strip():
            continue
        height += words.gap
        for text in wrap(words.text, width, words.size, words.bold):
            height += leading(words.size)
            # the marks of a stacked capital reach 1.05 em up: 1.08 of the 1.4 em lies above the baseline
            lines.append(Line(text=text, size=words.size, bold=words.bold, baseline=height - words.size * 0.32 / MM))
    return Block(lines=tuple(lines), height=height)


def fit(paragraphs: Sequence[Words], width: float, height: float, *, what: str) -> Block:
    """Return the paragraphs set as large as the place allows, all of every text.

    Raises Invalid when they do not fit at the smallest readable size; `what` names them in the sentence.
    """
    best = block(paragraphs, width)
    if best.height <= height + 1e-6:
        return best
    # the larger the step, the smaller the letters: look for the first step that fits by halving
    step = bisect_left(range(_STEPS), True, key=lambda n: block(_reduced(paragraphs, n), width).height <= height + 1e-6)
    if step < _STEPS:
        return block(_reduced(paragraphs, step), width)
    raise Invalid(
        "Không đủ chỗ in {what} trên khổ giấy này dù đã thu nhỏ chữ; hãy chọn khổ lớn hơn hoặc viết gọn lại.",
        code="label.room",
        what=what,
    )


def shrink(text: str, width: float, size: float, bold: bool = False) -> float:
    """Return the largest size, at most `size`, at which `text` stands on one line of `width` millimetres."""
    wide = width_of(clean(text), size, bold) / MM
    return size if wide <= width else size * width / wide


def one_line(text: str, width: float, size: float, least: float, bold: bool = False) -> float:
    """Return the size at which `text` stands on one line if that is `least` or more; else `size`, to be wrapped."""
    fitting = shrink(text, width, size, bold)
    return fitting if fitting >= least else size


def _reduced(paragraphs: Sequence[Words], step: int) -> list[Words]:
    """Take each size towards the smallest; large words lose more than small ones, so that an order of size remains."""
    kept = 1 - (step + 1) / _STEPS
    return [
        replace(
            words, size=min(words.size, SMALLEST + (words.size - SMALLEST) * kept), gap=words.gap * (0.3 + 0.7 * kept)
        )
        for words in paragraphs
    ]
