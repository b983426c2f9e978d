"""Misspelt: which kind of number somebody meant, and what is wrong with how it was typed.

People type a code off a crumpled slip, with blanks, under a Vietnamese keyboard, with the letter O for a zero. Where
only one number can be meant it is taken (`mended`); else they are told which kind it looks like and what does not fit,
and never which number would: whether a neighbour of a number exists is nobody's business. All of it is read off the
text alone, so a number that exists and one that does not are spoken of alike.

Stands on: recognise, and the numbers of this room. Used by: services.enquiry, the citizen's look-up.
Source: Circular 01/2018/TT-VPCP art. 16.2.d (an open look-up shows code and progress, and no more).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from . import consignment_number, dossier_number, item_number
from .errors import Invalid
from .folding import bare, capitals, unaccented
from .recognise import LONGEST, Recognised, recognise

Looks = Literal["consignment", "item", "dossier", "procedure", "telephone", "identity", "carrier", "unknown"]

#: What a hand writes or an eye reads for a digit.
_DIGITS = str.maketrans("OQDILZSGB", "000112568")
_LETTERS = re.compile(r"[A-Z]")
_ITEM = re.compile(r"([A-Z]{2})([A-Z0-9]{6,11})([A-Z]{2})")
_HEADED = re.compile(r"[A-Z]{2}[0-9]{6,10}[A-Z]?")
_NEW_HEAD, _OLD_HEAD = re.compile(r"[A-Z][0-9]{2}"), re.compile(r"[0-9]{7}[A-Z]")
_TELEPHONE = re.compile(r"(?:0|\+?84)[0-9]{9}")
_IDENTITY = re.compile(r"[0-9]{12}")
_PROCEDURE = re.compile(r"[0-9]\.[0-9]{6}(?:\..*)?")
#: Anything shorter or longer says nothing of what it was meant to be.
_SHORTEST, _LONG = 8, 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """One thing that does not fit: its name, and what fills the sentence about it."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """What a text looks like. Without slips its form is right, and nothing more can be said of it."""

    looks: Looks
    slips: tuple[Slip, ...] = ()


def mended(text: str) -> Recognised:
    """Return the number that is meant, where letters typed for digits leave only one.

    >>> mended("rr 47312482g vn").kind, mended("RR4731248Z9VN").number, mended("h27.15-26112o-ooo7").number
    ('unknown', 'RR473124829VN', 'H27.15-261120-0007')
    """
    read = recognise(text)
    if read.kind != "unknown" or len(text) > LONGEST:
        return read
    found = {lookup: each for each in _readings(text) for lookup in (bare(each.number),)}
    return found.popitem()[1] if len(found) == 1 else read


def _readings(text: str) -> Iterator[Recognised]:
    if shape := _ITEM.fullmatch(bare(text)):
        number = shape[1] + shape[2].translate(_DIGITS) + shape[3]
        if item_number.is_valid(number):
            yield Recognised(kind="item", number=number)
    code = "".join(capitals(text).split())
    for letter in _LETTERS.finditer(code):
        read = code[: letter.start()].translate(_DIGITS) + letter[0] + code[letter.end() :].translate(_DIGITS)
        if dossier_number.is_valid(read) or dossier_number.may_be_key(read):
            yield Recognised(kind="dossier", number=read)


def likeness(text: str) -> Likeness:
    """Return what a text looks like, and what does not fit.

    >>> likeness("4K7M-29TB-6HX").slips[0].code, likeness("4K7M-29TB-6H").slips[0].values
    ('consignment.check', {'n': 10})
    >>> likeness("RR473124820VN").slips[0].code, likeness("RR47312482VN").slips[0].values
    ('item.check', {'n': 8})
    >>> likeness("H27.15-261320-0007").slips[0].code, likeness("0912 000 003").looks
    ('dossier.date', 'telephone')
    >>> likeness("4K7M-29TB-6HC"), likeness("Nguyễn Văn A").looks
    (Likeness(looks='consignment', slips=()), 'unknown')
    """
    read = mended(text)
    if read.kind in ("bag", "manifest"):
        return Likeness(looks="carrier")
    if read.kind != "unknown":
        return Likeness(looks=read.kind)  # type: ignore[arg-type]
    plain = unaccented(text[:LONGEST]).strip()
    looks, slips = _judged(plain, bare(plain))
    marked = (Slip(code="marks"),) if plain != text[:LONGEST].strip() and looks != "unknown" else ()
    return Likeness(looks=looks, slips=marked + slips)


def _judged(text: str, signs: str) -> tuple[Looks, tuple[Slip, ...]]:
    for shape, looks in _OTHER:
        if shape(text, signs):
            return looks, ()
    if slips := _of_item(signs):
        return "item", slips
    if _is_like_dossier(signs):
        return "dossier", _of_dossier("".join(capitals(text).split()))
    number = consignment_number.compact(signs)
    if _SHORTEST <= len(signs) <= _LONG and signs.isalnum() and (_has_digit(signs) or _is_all_ours(number)):
        return "consignment", _of_consignment(number)
    return "unknown", ()


def _has_digit(signs: str) -> bool:
    return any(sign.isdecimal() for sign in signs)


def _is_all_ours(number: str) -> bool:
    """Say whether this is as long as a number of ours and has only its letters: one in a million has no digit."""
    return len(number) == consignment_number.LENGTH and set(number) <= set(consignment_number.ALPHABET)


_OTHER: tuple[tuple[Callable[[str, str], object], Looks], ...] = (
    (lambda text, signs: _PROCEDURE.fullmatch(text), "procedure"),
    (lambda text, signs: _TELEPHONE.fullmatch(signs), "telephone"),
    (lambda text, signs: _IDENTITY.fullmatch(signs), "identity"),
)


def _of_item(signs: str) -> tuple[Slip, ...]:
    """Return what does not fit an item number; nothing when it does not look like one."""
    shape = _ITEM.fullmatch(signs)
    if shape and (shape[3] == item_number.HOME or len(signs) != consignment_number.LENGTH):
        digits = shape[2].translate(_DIGITS)
        if wrong := _LETTERS.findall(digits):
            most_are_digits = len(wrong) * 3 <= len(digits)
            return (Slip(code="item.letters", values={"letters": _listed(wrong)}),) if most_are_digits else ()
        if len(digits) != 9:
            return (Slip(code="item.digits", values={"n": len(digits)}),)
        return (Slip(code="item.check"),)
    return (Slip(code="item.tail"),) if _HEADED.fullmatch(signs) else ()


def _is_like_dossier(signs: str) -> bool:
    """Say whether there is one letter, and it stands where a dossier code has it."""
    new, old = _NEW_HEAD.match(signs), _OLD_HEAD.match(signs)
    at = 0 if new else 7 if old else -1
    return at >= 0 and signs.isalnum() and not _LETTERS.search((signs[:at] + signs[at + 1 :]).translate(_DIGITS))


def _of_dossier(code: str) -> tuple[Slip, ...]:
    head, _, rest = code.partition("-")
    day, _, serial = rest.partition("-")
    if not serial:
        return (Slip(code="dossier.short", values={"n": len(bare(code))}),)
    if len(day) != 6:
        return (Slip(code="dossier.day", values={"n": len(day)}),)
    if not 4 <= len(serial) <= 7:
        return (Slip(code="dossier.serial", values={"n": len(serial)}),)
    try:
        dossier_number.parse(head[:1] + code[1:].translate(_DIGITS))
    except Invalid as wrong:
        if wrong.code == "dossier_no.date":
            return (Slip(code="dossier.date", values={"day": wrong.values["day"]}),)
    return (Slip(code="dossier.head"),)


def _of_consignment(number: str) -> tuple[Slip, ...]:
    if wrong := [sign for sign in number if sign not in consignment_number.ALPHABET]:
        return (Slip(code="consignment.letters", values={"letters": _listed(wrong)}),)
    if len(number) != consignment_number.LENGTH:
        return (Slip(code="consignment.length", values={"n": len(number)}),)
    if number[-2] not in consignment_number.LETTERS:
        return (Slip(code="consignment.tenth"),)
    return (Slip(code="consignment.check"),)


def _listed(letters: list[str]) -> str:
    return ", ".join(dict.fromkeys(letters))
