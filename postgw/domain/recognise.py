"""Recognise: what was just scanned or typed, and which number it is.

A scanner gun is a keyboard that types very fast, into a machine that may be set to Vietnamese input. The same box
takes our own number, the post's sticker, a bag, a manifest, a dossier code, or the whole look-up link of a QR. The
kinds differ by shape alone (length, and where the letters stand), so the order of asking plays no part.

Only item numbers have vowels, so only they suffer when an input method makes accents of the keys (`EÁ93...` for
`EA193...`: VNI took the 1). Then each way in which the keys may have been pressed is tried, and the number is taken
when exactly one passes its check digit. As that digit guards the serial and not the letters, only numbers ending in
VN are mended, two letters that no input method touches. In doubt the answer is `unknown`: the hand scans again, which
costs a second, where another's number would cost a dossier. Some losses leave no trace at all (VNI `EA10` is again
`EA`); what is left is shorter, and is not taken for a number of ours.

Stands on: the numbers of this room. Used by: handover, tracking, enquiry, the desk's search box.
Source: input rules of Telex and VNI as Vietnamese keyboards document them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import Literal

from . import bag_number, consignment_number, dossier_number, item_number, manifest_number
from .errors import Invalid
from .folding import bare, capitals
from .value import value

Kind = Literal["consignment", "item", "manifest", "bag", "dossier", "unknown"]

#: No number is longer, links apart; beyond this nothing is tried.
LONGEST = 60
_LINK = re.compile(r"(?i)https?://[^?#]*/([^/?#]+)/*(?:[?#].*)?")

#: What a number brings along when it is copied off a page: long dashes, hard blanks, signs of no width.
_COPIED = str.maketrans("\u2010\u2011\u2012\u2013\u2014\u2212\u00a0\u202f", "------  ", "\u200b\ufeff")

_ACUTE, _GRAVE, _HOOK, _TILDE, _DOT, _CIRCUMFLEX, _HORN, _BREVE = "\u0301\u0300\u0309\u0303\u0323\u0302\u031b\u0306"
_STROKE = "/"  # stands for the stroke of đ, which Unicode does not take apart
_VNI = dict(zip((_ACUTE, _GRAVE, _HOOK, _TILDE, _DOT, _CIRCUMFLEX, _HORN, _BREVE, _STROKE), "123456789", strict=True))
_TELEX = {_ACUTE: "S", _GRAVE: "F", _HOOK: "R", _TILDE: "X", _DOT: "J", _HORN: "W", _BREVE: "W", _STROKE: "D"}
#: What the two service letters can suffer and still be made out.
_MOST_MARKS = 2
#: An item number with a vowel that has lost digits, which must not pass for a number of ours typed with O for 0.
_LABEL = re.compile(r"([0-9A-Z]{11})-([1-9][0-9]{0,2})")
_SHORT_ITEM = re.compile(r"(?=.?[OI])[A-Z]{2}[0-9]{1,8}[A-Z]{2}")

_CHECKED: tuple[tuple[Kind, Callable[[str], str]], ...] = (
    ("consignment", consignment_number.validate),
    ("item", item_number.validate),
    ("bag", bag_number.validate),
)


@value
class Recognised:
    """What a scan or an entry turned out to be.

    `number` is in the form its kind is stored in; for a dossier it is the code as typed, in capitals, to be compared by
    `dossier_number.lookup_key`; for `unknown` it is empty.
    """

    kind: Kind
    number: str = ""
    version: int = 1  #: of the label, when the number was read off one


UNKNOWN = Recognised(kind="unknown")


def recognise(text: str) -> Recognised:
    """Return what kind of number `text` is, and the number.

    >>> recognise("4k7m-29tb-6hc")
    Recognised(kind='consignment', number='4K7M29TB6HC', version=1)
    >>> recognise("https://hoso.hatinh.example/t/4K7M29TB6HC?l=vi").number
    '4K7M29TB6HC'
    >>> recognise("RR 473 124 829 VN").kind, recognise("T-4K7M-29B9").kind, recognise("BB-TS-261123-02").kind
    ('item', 'bag', 'manifest')
    >>> recognise("4K7M29TB6HC-2")  # off the second label
    Recognised(kind='consignment', number='4K7M29TB6HC', version=2)
    >>> recognise("h15.50.05.13-261008-0975").number
    'H15.50.05.13-261008-0975'
    >>> recognise("EÁ93079198VN").number, recognise("EÁ93237574VN").kind  # the second may be of several numbers
    ('EA193079198VN', 'unknown')
    """
    if consignment_number.is_compact(text):
        return Recognised(kind="consignment", number=text)
    if link := _LINK.fullmatch(text.strip()):
        text = link[1]
    if (label := _LABEL.fullmatch(text.strip().upper())) and consignment_number.is_valid(label[1]):
        return Recognised(kind="consignment", number=consignment_number.compact(label[1]), version=int(label[2]))
    text = unicodedata.normalize("NFD", text.translate(_COPIED)).strip()
    if len(text) > LONGEST:
        return UNKNOWN
    if text.isascii():
        return _checked(text) or _unchecked(text) or UNKNOWN
    found = {number for row in _pressed(text) if _domestic(number := item_number.compact(row))}
    return Recognised(kind="item", number=found.pop()) if len(found) == 1 else UNKNOWN


def item_named(text: str, *, field: str = "/number") -> str:
    """Return the consignment or item number that a scan or an entry names.

    Raises Invalid when it names something else, or nothing that can be made out.
    """
    read = recognise(text)
    if read.kind not in {"consignment", "item"}:
        raise Invalid("Sai số, quét lại. Chữ số kiểm tra không khớp.", code="scan.unreadable", field=field)
    return read.number


def _domestic(number: str) -> bool:
    return number.endswith(item_number.HOME) and item_number.is_valid(number)


def _checked(text: str) -> Recognised | None:
    if _SHORT_ITEM.fullmatch(bare(text)):
        return None
    for kind, validate in _CHECKED:
        try:
            return Recognised(kind=kind, number=validate(text))
        except Invalid:
            continue
    return None


def _unchecked(text: str) -> Recognised | None:
    manifests = list(manifest_number.readings(text))
    if len(manifests) == 1:
        return Recognised(kind="manifest", number=manifests[0])
    code = "".join(capitals(text).split())
    if dossier_number.is_valid(code) or dossier_number.may_be_key(code):
        return Recognised(kind="dossier", number=code)
    return None


def _pressed(text: str) -> Iterable[str]:
    """Return each row of keys that an input method may have turned into `text`, which is decomposed."""
    letters = _letters(text)
    if letters is None or sum(len(marks) for _, marks in letters) > _MOST_MARKS:
        return ()
    return _rows(letters, _VNI) | _rows(letters, _TELEX)


def _letters(text: str) -> list[tuple[str, str]] | None:
    """Return base letters with the accents each bears; None when a sign is no work of an input method."""
    letters: list[tuple[str, str]] = []
    for sign in text:
        if sign in "Đđ":
            letters.append(("D", _STROKE))
        elif sign.isascii():
            letters.append((capitals(sign), ""))
        elif letters and sign in _VNI:
            letters[-1] = (letters[-1][0], letters[-1][1] + sign)
        else:
            return None
    return letters


def _rows(letters: list[tuple[str, str]], keys: Mapping[str, str]) -> set[str]:
    """Return the rows of one input method: the key of each accent pressed anywhere after its letter."""
    rows = {"".join(letter for letter, _ in letters)}
    for place in reversed(range(len(letters))):
        letter, marks = letters[place]
        for mark in marks:
            key = keys.get(mark, letter)
            later = {row[:at] + key + row[at:] for row in rows for at in range(place + 1, len(row) + 1)}
            # Telex writes Ư for a W that stands alone.
            alone = {row[:place] + "W" + row[place + 1 :] for row in rows} if (letter, key) == ("U", "W") else set()
            rows = later | alone
    return rows
