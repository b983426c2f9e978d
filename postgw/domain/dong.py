"""Amounts of money as people read them: in figures, and in words as a receipt must say them.

Source: Vietnamese reading of numbers (mốt, tư, lăm, linh, mười/mươi), as taught at school and asked for on receipts.
"""

from __future__ import annotations

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_GROUPS = ("", " nghìn", " triệu", " tỷ")


def in_figures(amount: int) -> str:
    """Return an amount in figures.

    >>> in_figures(1_250_000)
    '1.250.000 đồng'
    """
    return f"{amount:,} đồng".replace(",", ".")


def in_words(amount: int) -> str:
    """Return an amount below a thousand billion in words, as a sentence begins.

    >>> in_words(26_000), in_words(1_015_021)
    ('Hai mươi sáu nghìn đồng', 'Một triệu không trăm mười lăm nghìn không trăm hai mươi mốt đồng')
    >>> in_words(1_000_005), in_words(0)
    ('Một triệu không trăm linh năm đồng', 'Không đồng')
    """
    groups = [amount // 1000**power % 1000 for power in range(len(_GROUPS))]
    first = max((power for power, group in enumerate(groups) if group), default=0)
    words = [
        _hundreds(groups[power], whole=power < first) + _GROUPS[power]
        for power in range(first, -1, -1)
        if groups[power] or not first
    ]
    text = " ".join(words) + " đồng"
    return text[0].upper() + text[1:]


def _hundreds(number: int, *, whole: bool) -> str:
    hundreds, rest = divmod(number, 100)
    words = [f"{_DIGITS[hundreds]} trăm"] if hundreds or whole else []
    if rest or not words:
        words += _tens(rest, after_hundreds=bool(words))
    return " ".join(words)


def _tens(number: int, *, after_hundreds: bool) -> list[str]:
    tens, ones = divmod(number, 10)
    if tens == 0:
        return [*(["linh"] if after_hundreds else []), _DIGITS[ones]]
    lead = "mười" if tens == 1 else f"{_DIGITS[tens]} mươi"
    last = {0: "", 1: "một" if tens == 1 else "mốt", 4: "bốn" if tens == 1 else "tư", 5: "lăm"}.get(ones, _DIGITS[ones])
    return [lead, last] if last else [lead]
