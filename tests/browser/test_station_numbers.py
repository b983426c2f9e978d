"""The station reads numbers as the server does, and no Vietnamese input method makes another number of a scan."""

from __future__ import annotations

import importlib.util
import random
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page, sync_playwright

from postgw.domain import bag_number, consignment_number, item_number
from postgw.domain.recognise import recognise
from postgw.web.pages.drawing import grouped

from .conftest import PATIENCE

pytestmark = pytest.mark.browser

STATIC = Path(__file__).parents[2] / "postgw/web/pages/static/station"
UNKNOWN = {"kind": "unknown", "number": "", "version": 1}


def _rules() -> ModuleType:
    """Return the model of the input methods, where the numbers are tested against it."""
    name = "domain_test_recognise"
    path = Path(__file__).parents[1] / "domain" / "test_recognise.py"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


rules = _rules()


@pytest.fixture(scope="module")
def page(chromium: str) -> Iterator[Page]:
    """Give a page with nothing but the two scripts and a gun that presses keys."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.set_default_timeout(PATIENCE)
        page.set_content("<!doctype html><body><button>OK</button><input><p>Quét</p>")
        for name in ("numbers.js", "wedge.js"):
            page.add_script_tag(path=STATIC / name)
        page.evaluate(GUN)
        yield page
        browser.close()


GUN = """() => {
  window.heard = [];
  window.press = (events) => events.map(([name, told]) => document.activeElement.dispatchEvent(
    name.startsWith("key") ? new KeyboardEvent(name, { bubbles: true, cancelable: true, ...told })
                           : new CompositionEvent(name, { bubbles: true, ...told })));
  window.scans = (rows) => rows.map((events) => {
    heard.length = 0;
    press(events);
    return heard.map(({ kind, number, version }) => ({ kind, number, version }));
  });
  self.station.wedge.listen((scan) => heard.push(scan));
}"""


# --- one answer on both sides -----------------------------------------------------------------------------------------

_CODES = ("EA", "ES", "RO", "RR", "EE", "DD", "AW", "UW", "TO", "CI", "DA", "LO", "BB", "ZZ")


def _numbers(source: random.Random) -> list[str]:
    serial, day = source.randrange(10**8), f"26{source.randint(1, 13):02}{source.randint(1, 31):02}"
    return [
        consignment_number.mint(source.randrange),
        bag_number.mint(source.randrange),
        item_number.from_serial(source.choice(_CODES), serial),
        item_number.from_serial(source.choice(_CODES), serial)[:11] + source.choice(_CODES),
        f"BB-{source.choice(('TS', 'KYA', '12', 'A1B2C3'))}-{day}-{source.choice(('02', '7', '104', '0104', '00'))}",
        f"H27.{source.randrange(100)}.2-{day}-{source.randrange(10**5):04}",
        f"000.{source.randrange(100):02}.22.H27-{day}-{source.randrange(10**4):04}",
        f"G22.99-{day}-{source.randrange(10**7):06}",
    ]


def _ways_of_typing(number: str, source: random.Random) -> list[str]:
    at, sign = source.randrange(len(number)), source.choice("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ.-/ đÁ\u0301")
    look_alike = str.maketrans(dict(zip("011256", "OILZSG", strict=True)))
    return [
        number,
        f" {number.lower()}\r\n",
        f"{number[:at]} {number[at:]}",
        number.replace("-", "").replace(".", ""),
        number.replace("-", "\u2013"),
        number.translate(look_alike),
        number[:at] + sign + number[at + 1 :],
        number[:at] + number[at + 1 :],
        number[:at] + number[at:][:1] + number[at:],
        f"{number}-{source.randrange(1200)}",
        f"https://hoso.example.vn/t/{number}?l=vi",
        f"HTTP://X/{number.lower()}/#t",
        *(
            unicodedata.normalize(form, rules.typed(number, method, digits_end_a_word=ends))
            for form in ("NFC", "NFD")
            for method in (rules.telex, rules.vni)
            for ends in (True, False)
        ),
    ]


def _odd(source: random.Random) -> str:
    signs = "0123456789BBTTHGAEO.-/ \u00a0\u200b\x1c\u2003ÁấđĐưõſıß٣\u0301\u0323日😀\n?#:"
    return "".join(source.choice(signs) for _ in range(source.randrange(66)))


def test_the_station_and_the_server_read_some_thousand_texts_alike(page: Page) -> None:
    source = random.Random(20261126)
    texts = [way for _ in range(60) for number in _numbers(source) for way in _ways_of_typing(number, source)]
    texts += [_odd(source) for _ in range(2000)]
    texts += [
        "",
        "https://",
        "https://[/",
        "ấ" * 59,
        "84912000003",
        "4K7M29TB6HC-٣",
        "httpſ://x/4K7M29TB6HC",
        "\ufeff4K7M-29TB-6HC",
    ]
    here = [asdict(recognise(text)) for text in texts]
    there = page.evaluate("texts => texts.map((text) => station.numbers.recognise(text))", texts)

    assert [(text, ours, theirs) for text, ours, theirs in zip(texts, here, there, strict=True) if ours != theirs] == []
    kinds = {
        kind: sum(each["kind"] == kind for each in here)
        for kind in ("consignment", "item", "bag", "manifest", "dossier", "unknown")
    }
    assert min(kinds.values()) > 100, kinds


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.one_of(st.text(), rules.any_number.map(lambda each: each[1])), min_size=20, max_size=60))
def test_whatever_is_typed_is_read_alike(page: Page, texts: list[str]) -> None:
    here = [asdict(recognise(text)) for text in texts]
    assert page.evaluate("texts => texts.map((text) => station.numbers.recognise(text))", texts) == here


def test_numbers_are_grouped_as_on_the_desk(page: Page) -> None:
    numbers = ["4K7M29TB6HC", "RR473124829VN", "BB-TS-261123-02", "?"]
    assert page.evaluate("numbers => numbers.map(station.numbers.grouped)", numbers) == [
        grouped(each) for each in numbers
    ]
    assert page.evaluate("station.numbers.grouped('T4K7M29B9')") == bag_number.shown("T4K7M29B9")


# --- what the page is told when a gun types under an input method -----------------------------------------------------

_PUNCTUATION = {
    "-": ("Minus", False), ".": ("Period", False), "/": ("Slash", False), ":": ("Semicolon", True),
    "?": ("Slash", True), "=": ("Equal", False),
}  # fmt: skip
Event = tuple[str, dict[str, Any]]
Form = Literal["NFC", "NFD"]
ENTER: Event = ("keydown", {"code": "Enter", "key": "Enter"})
BACKSPACE: Event = ("keydown", {"code": "Backspace", "key": "Backspace"})


def key_of(sign: str) -> dict[str, Any]:
    """Return what a keydown says of the key that types a sign."""
    if sign.isalpha():
        return {"code": f"Key{sign.upper()}", "key": sign, "shiftKey": sign.isupper()}
    if sign.isdigit():
        return {"code": f"Digit{sign}", "key": sign}
    code, shifted = _PUNCTUATION[sign]
    return {"code": code, "key": sign, "shiftKey": shifted}


def steps(text: str, method: Any, *, ends: bool, form: Form) -> Iterator[tuple[str, str, str]]:
    """Yield each key with what the word on the screen was before it and is after it."""
    word = rules.Word()
    for sign in text:
        before = unicodedata.normalize(form, word.text())
        if not sign.isalnum():
            word = rules.Word()
            yield sign, before, before + sign
            continue
        handled = method(word, sign)
        if not handled:
            word.put(sign)
        yield sign, before, unicodedata.normalize(form, word.text())
        if not handled and ends and sign.isdigit():
            word = rules.Word()


def swallowed(text: str, method: Any, *, ends: bool, form: Form, lag: int, lost: bool) -> list[Event]:
    """Return the events of an input method that hooks the keyboard.

    It swallows the key and sends Backspaces and new letters, which come `lag` keys late on a busy machine; `lost` when
    the letters are handed to a text field that is not there and only the Backspaces are seen.
    """
    events: list[Event] = []
    late: list[tuple[int, list[Event]]] = []
    for n, (sign, before, after) in enumerate(steps(text, method, ends=ends, form=form)):
        if after == before + sign:
            events.append(("keydown", key_of(sign)))
        else:
            same = next(
                (at for at, (x, y) in enumerate(zip(before, after, strict=False)) if x != y),
                min(len(before), len(after)),
            )
            letters: list[Event] = [("keydown", {"code": "", "key": letter}) for letter in after[same:]]
            gone = [BACKSPACE] * (len(before) - same)
            late.append((n + lag, gone + ([] if lost and gone else letters)))
        while late and late[0][0] <= n:
            events += late.pop(0)[1]
    return events + [event for _, each in late for event in each]


def composed(text: str, method: Any, *, ends: bool, form: Form, told: bool) -> list[Event]:
    """Return the events of an input method that composes: the keys say `Process`, the words come at their end."""
    events: list[Event] = []
    word = ""
    for sign, before, after in steps(text, method, ends=ends, form=form):
        if word and before != word:
            events.append(("compositionend", {"data": word}))
        events.append(("keydown", key_of(sign) | {"key": "Process"}))
        if told and not before:
            events.append(("compositionstart", {"data": ""}))
        word = after
    return [*events, ("compositionend", {"data": word})] if told else [e for e in events if e[0] == "keydown"]


def rewritten(text: str, method: Any, *, ends: bool, form: Form) -> list[Event]:
    """Return the events of an input method that leaves the keys and changes what they say."""
    return [
        ("keydown", key_of(sign) | {"key": unicodedata.normalize("NFC", after)[-1:] or sign})
        for sign, _, after in steps(text, method, ends=ends, form=form)
    ]


ways = st.one_of(
    st.builds(
        lambda lag, lost: lambda *a, **k: swallowed(*a, **k, lag=lag, lost=lost), st.integers(0, 3), st.booleans()
    ),
    st.builds(lambda told: lambda *a, **k: composed(*a, **k, told=told), st.booleans()),
    st.just(rewritten),
)
_LETTERS = "ADEIOUYWSFRXJZBCHT"
vowel_dossiers = st.builds(
    lambda letter, a, b, on, n: f"{letter}{a}.{b}-{on:%y%m%d}-{n:04}",
    st.sampled_from("ADEIOUY"), st.integers(10, 99), st.integers(0, 999), rules.days, st.integers(0, 9999),
)  # fmt: skip
vowel_items = st.builds(
    lambda letters, serial, country: item_number.from_serial(letters, serial)[:11] + country,
    st.text(_LETTERS, min_size=2, max_size=2),
    st.one_of(st.integers(0, 99_999_999), st.text("0123569", min_size=8, max_size=8).map(int)),
    st.one_of(st.just("VN"), st.text(_LETTERS, min_size=2, max_size=2)),
)
scanned = st.one_of(rules.any_number.map(lambda each: each[1]), vowel_items, vowel_items, vowel_dossiers)
texts = st.one_of(
    scanned, scanned, scanned.map(str.lower),
    st.builds("https://{}/t/{}?l=vi".format, st.sampled_from(["hoso.hatinh.vn", "x.vn"]), scanned),
    st.builds("{}-{}".format, rules.consignments, st.integers(1, 99)),
)  # fmt: skip
scans = st.tuples(texts, rules.methods, ways, st.booleans(), st.sampled_from(["NFC", "NFD"]))


# A pile is not made smaller when one of its scans fails: the failure names the scan.
@settings(max_examples=100, phases=[Phase.reuse, Phase.generate], suppress_health_check=list(HealthCheck))
@given(pile=st.lists(scans, min_size=10, max_size=30))
def test_under_any_input_method_a_scan_is_the_number_or_refused(page: Page, pile: list[Any]) -> None:
    rows = [[*way(text, method, ends=ends, form=form), ENTER] for text, method, way, ends, form in pile]
    answered = page.evaluate("rows => scans(rows)", rows)

    for (text, *_), row, answers in zip(pile, rows, answered, strict=True):
        assert len(answers) == 1, (text, row)
        assert answers[0] in (asdict(recognise(text)), UNKNOWN), (text, row)


@pytest.mark.parametrize("method", [rules.telex, rules.vni])
def test_what_input_methods_usually_do_to_a_scan_is_made_out(page: Page, method: Any) -> None:
    numbers = [
        "RR473124829VN",
        "4K7M29TB6HC",
        "T4K7M29B9",
        "https://hoso.hatinh.example/t/4K7M29TB6HC",
        "BB-TS-261123-02",
    ]
    numbers += ["H27.10.20-261123-0001", "EE193079198VN", "ES193079198VN", "4K7M29TB6HC-2"]
    style: dict[str, Any] = {"ends": True, "form": "NFC"}
    rows = [[*way(text, method, **style), ENTER] for text in numbers for way in (
        lambda *a, **k: swallowed(*a, **k, lag=0, lost=False), lambda *a, **k: composed(*a, **k, told=True), rewritten,
    )]  # fmt: skip
    wanted = [[asdict(recognise(text))] for text in numbers for _ in range(3)]

    assert page.evaluate("rows => scans(rows)", rows) == wanted


def test_an_accent_that_comes_late_and_takes_a_digit_with_it_does_not_make_another_number(page: Page) -> None:
    """What stands on the screen is mended to a right check digit with wrong service letters; the keys know better."""
    events: list[Event] = [
        ("keydown", key_of("E")),
        ("keydown", key_of("1")),
        BACKSPACE,
        ("keydown", {"code": "", "key": "É"}),
    ]
    events += [("keydown", key_of(sign)) for sign in "23456785VN"]

    assert asdict(recognise("EÉ23456785VN"))["number"] == "EE123456785VN"
    assert page.evaluate("rows => scans(rows)", [[*events, ENTER]]) == [[asdict(recognise("ES123456785VN"))]]


# --- guns -------------------------------------------------------------------------------------------------------------


def typed_by(page: Page, text: str, end: str = "Enter") -> None:
    """Type as a gun, without pauses; the last key is a real one, which presses and moves what it can."""
    page.evaluate("events => press(events)", [("keydown", key_of(sign)) for sign in text])
    if end:
        page.keyboard.press(end)


def heard(page: Page) -> list[str]:
    return list(page.evaluate("heard.splice(0).map((scan) => scan.number || `? ${scan.text}`)"))


@pytest.fixture
def bare_page(page: Page) -> Page:
    """Give the page with nothing in focus and nothing heard."""
    page.evaluate("document.activeElement.blur(); heard.length = 0; station.wedge.listen((scan) => heard.push(scan))")
    page.evaluate(
        "document.querySelector('button').onclick = () => { window.pressed = (window.pressed || 0) + 1; }; pressed = 0"
    )
    return page


@pytest.mark.parametrize("end", ["Enter", "Tab", "NumpadEnter", "Control+m", ""])
def test_a_scan_ends_with_a_key_or_with_silence(bare_page: Page, end: str) -> None:
    typed_by(bare_page, "RR473124829VN", end)
    bare_page.wait_for_function("heard.length")

    assert heard(bare_page) == ["RR473124829VN"]


def test_two_hundred_scans_without_a_pause_are_two_hundred_answers(bare_page: Page) -> None:
    source = random.Random(7)
    numbers = [consignment_number.mint(source.randrange) for _ in range(100)]
    numbers += [item_number.from_serial("ES", source.randrange(10**8)) for _ in range(100)]
    source.shuffle(numbers)
    rows = [[("keydown", key_of(sign)) for sign in number] + [ENTER] for number in numbers]
    bare_page.evaluate("events => press(events)", [event for row in rows for event in row])

    assert heard(bare_page) == numbers


def test_what_is_no_number_of_ours_is_heard_too_and_says_what_was_read(bare_page: Page) -> None:
    typed_by(bare_page, "4K7M29TB6HX")
    typed_by(bare_page, "893460")

    assert heard(bare_page) == ["? 4K7M29TB6HX", "? 893460"]


def test_lower_case_caps_lock_and_the_number_pad_change_nothing(bare_page: Page) -> None:
    typed_by(bare_page, "rr473124829vn")
    rows = [("keydown", {"code": f"Numpad{s}", "key": s} if s.isdigit() else key_of(s)) for s in "RR473124829VN"]
    bare_page.evaluate("events => press(events)", [("keydown", {"code": "CapsLock", "key": "CapsLock"}), *rows, ENTER])
    alt: list[Event] = []
    for sign in "RR473124829VN":
        alt.append(("keydown", {"code": "AltLeft", "key": "Alt", "altKey": True}))
        alt += [("keydown", {"code": f"Numpad{d}", "key": d, "altKey": True}) for d in f"0{ord(sign)}"]
        alt.append(("keyup", {"code": "AltLeft", "key": "Alt"}))
    bare_page.evaluate("events => press(events)", [*alt, ENTER])

    assert heard(bare_page) == ["RR473124829VN"] * 3


def test_a_device_that_names_no_keys_is_read_by_its_characters(bare_page: Page) -> None:
    row = [("keydown", {"code": "", "key": sign}) for sign in "BB-TS-261123-02"]
    bare_page.evaluate("events => press(events)", [*row, ENTER])

    assert heard(bare_page) == ["BB-TS-261123-02"]


def test_a_keyboard_of_another_layout_is_read_by_what_it_types(bare_page: Page) -> None:
    """The gun imitates a French keyboard, whose A stands where Q does."""
    keys = [key_of(sign) | {"shiftKey": True} for sign in "RA473124829VN"]
    keys[1]["code"] = "KeyQ"
    bare_page.evaluate("events => press(events)", [*(("keydown", key) for key in keys), ENTER])

    assert heard(bare_page) == ["RA473124829VN"]


def test_a_field_keeps_its_keys_and_a_hand_on_the_keyboard_keeps_its_buttons(bare_page: Page) -> None:
    bare_page.focus("input")
    bare_page.keyboard.type("RR473124829VN")
    bare_page.keyboard.press("Enter")
    assert bare_page.input_value("input") == "RR473124829VN"
    bare_page.focus("button")
    bare_page.keyboard.press("Enter")
    bare_page.keyboard.press("Space")
    bare_page.keyboard.press("x")
    bare_page.wait_for_timeout(300)
    bare_page.keyboard.press("Enter")

    assert (heard(bare_page), bare_page.evaluate("pressed")) == ([], 3)


@pytest.mark.parametrize("end", ["Enter", ""])
def test_a_scan_presses_no_button_that_has_the_focus(bare_page: Page, end: str) -> None:
    bare_page.focus("button")
    typed_by(bare_page, "4K7M29TB6HC", end)
    bare_page.wait_for_function("heard.length")
    if not end:  # a gun's Enter that comes after a pause
        bare_page.keyboard.press("Enter")

    assert (heard(bare_page), bare_page.evaluate("pressed")) == (["4K7M29TB6HC"], 0)


def test_a_key_from_before_does_not_spoil_a_scan_and_one_within_it_does(bare_page: Page) -> None:
    bare_page.keyboard.press("x")
    bare_page.wait_for_timeout(300)
    typed_by(bare_page, "4K7M29TB6HC")
    arrow: Event = ("keydown", {"code": "ArrowLeft", "key": "ArrowLeft"})
    row = [("keydown", key_of(sign)) for sign in "4K7M29TB6HC"]
    bare_page.evaluate("events => press(events)", [*row[:7], arrow, *row[7:], ENTER])

    assert heard(bare_page) == ["4K7M29TB6HC", "? 4K7M29TB6HC"]
