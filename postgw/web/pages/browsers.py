"""What a browser says of itself, in words by which people tell their own screens apart: `Chrome trên Windows`.

A browser names many others for old times' sake, so the first that fits is the right one, the particular before the
general. Only its name and that of the system are read: nothing here is to recognise anybody.

Used by: me, users.
Source: RFC 9110 section 10.1.5 (User-Agent).
"""

from __future__ import annotations

from postgw.web.language import sentence

_BROWSERS = (
    ("coc_coc_browser", "Cốc Cốc"), ("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("AppleWebKit", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip
ON_SYSTEM = sentence("{browser} trên {system}")
UNKNOWN = sentence("Trình duyệt không rõ")


def in_words(told: str) -> tuple[str, dict[str, str]]:
    """Return the sentence about a browser and its values.

    >>> in_words("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0")
    ('{browser} trên {system}', {'browser': 'Edge', 'system': 'Windows'})
    >>> in_words("curl/8.0")
    ('Trình duyệt không rõ', {})
    """
    browser = next((name for sign, name in _BROWSERS if sign in told), "")
    system = next((name for sign, name in _SYSTEMS if sign in told), "")
    return (ON_SYSTEM, {"browser": browser, "system": system}) if browser and system else (UNKNOWN, {})
