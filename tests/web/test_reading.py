"""What a caller sends is read strictly, and what is wrong is said at its place."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter

from postgw.web.answers import to_json
from postgw.web.api.dossiers import EXAMPLE, read_sent
from postgw.web.errors import Faulty, Malformed
from postgw.web.schemas.dossiers import DossierIn
from postgw.web.schemas.scans import ProofIn, read_batch
from postgw.web.values import read_json

DOSSIER = TypeAdapter(DossierIn)
SCAN = {"scan_id": "a-1", "number": "4K7M29TB6HC", "code": "collected", "device_at": "2026-11-23T08:15:12+07:00"}


def batch(*scans: object, **rest: object) -> bytes:
    return to_json({"device": "d-7", "sent_at": "2026-11-23T08:20:00+07:00", "scans": scans, **rest})


def faults(raw: bytes) -> list[tuple[str, str]]:
    with pytest.raises(Faulty) as caught:
        read_json(raw, DOSSIER)
    return [(fault.pointer, fault.code) for fault in caught.value.faults]


def changed(**rest: object) -> bytes:
    return to_json({**EXAMPLE, **rest})


def test_the_example_of_the_description_is_readable() -> None:
    assert read_json(to_json(EXAMPLE), DOSSIER).dossier().key == EXAMPLE["dossier_no"]


@pytest.mark.parametrize(
    ("wrong", "place", "code"),
    [
        ({"fee_dong": "5"}, "/fee_dong", "type"),
        ({"fee_dong": 5.0}, "/fee_dong", "type"),
        ({"fee_dong": True}, "/fee_dong", "type"),
        ({"fee_dong": -1}, "/fee_dong", "range"),
        ({"fee_dong": 10**12}, "/fee_dong", "range"),
        ({"service_form": "fly"}, "/service_form", "choice"),
        ({"colour": "red"}, "/colour", "extra"),
        ({"due_on": "2026-13-01"}, "/due_on", "date"),
        ({"due_on": 20261201}, "/due_on", "date"),
        ({"due_on": "1796083200"}, "/due_on", "date"),
        ({"consent_at": "2026-11-23T08:00:00"}, "/consent_at", "moment.zone"),
        ({"consent_at": "1700000000"}, "/consent_at", "moment"),
        ({"consent_at": 1700000000}, "/consent_at", "moment"),
        ({"consent_at": "0001-01-01T00:00:00+14:00"}, "/consent_at", "moment.range"),
        ({"note": "a\0b"}, "/note", "nul"),
        ({"papers": [{"name": "A", "kind": "original"}, {"name": 5, "kind": "copy"}]}, "/papers/1/name", "type"),
        ({"applicant": {"name": "x" * 151}}, "/applicant/name", "too_long"),
        ({"applicant": None}, "/applicant", "type"),
    ],
)
def test_a_wrong_value_is_named_by_its_place(wrong: dict, place: str, code: str) -> None:
    assert faults(changed(**wrong)) == [(place, code)]


def test_every_missing_field_is_named_at_once() -> None:
    assert ("/applicant", "missing") in faults(b"{}")
    assert ("/procedure_code", "missing") in faults(b"{}")


def test_a_fault_never_repeats_the_value_that_was_sent() -> None:
    with pytest.raises(Faulty) as caught:
        read_json(changed(applicant={"name": ["Nguyễn Thị Kín"]}), DOSSIER)

    assert "Kín" not in repr(caught.value.faults)


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"{", b"nope", b'{"a":"\xff"}', b'{"a":"\\ud800"}', b'{"note":"\x00"}', b"[" * 100_000,
        b'{"fee_dong":' + b"9" * 5000 + b"}", b'{"a":1}{"a":2}',
    ],
)  # fmt: skip
def test_what_is_no_json_is_refused_as_such(raw: bytes) -> None:
    with pytest.raises(Malformed):
        read_json(raw, DOSSIER)


def test_many_dossiers_are_read_row_by_row() -> None:
    sent = read_sent(to_json({"dossiers": [EXAMPLE, {**EXAMPLE, "fee_dong": "x"}, EXAMPLE]}))

    assert sent.many
    assert [isinstance(row, DossierIn) for row in sent.rows] == [True, False, True]
    assert isinstance(sent.rows[1], Faulty)
    assert sent.rows[1].faults[0].pointer == "/dossiers/1/fee_dong"


@pytest.mark.parametrize("frame", [{"dossiers": []}, {"dossiers": "x"}, {"dossiers": [EXAMPLE], "more": 1}])
def test_a_batch_with_a_broken_frame_is_refused_whole(frame: dict) -> None:
    with pytest.raises(Faulty):
        read_sent(to_json(frame))


def test_a_batch_of_more_than_500_dossiers_is_refused_whole() -> None:
    with pytest.raises(Faulty) as caught:
        read_sent(to_json({"dossiers": [EXAMPLE] * 501}))

    assert [(fault.pointer, fault.code) for fault in caught.value.faults] == [("/dossiers", "too_many")]


def test_a_long_batch_is_refused_whole_though_one_row_is_wrong_too() -> None:
    with pytest.raises(Faulty) as caught:
        read_sent(to_json({"dossiers": [*[EXAMPLE] * 500, {}]}))

    assert [(fault.pointer, fault.code) for fault in caught.value.faults] == [("/dossiers", "too_many")]


def test_one_spoiled_scan_keeps_no_other_outside() -> None:
    read = read_batch(batch(SCAN, {**SCAN, "scan_id": "a-2", "device_at": "yesterday"}, {**SCAN, "scan_id": "a-3"}))

    assert [scan.scan_id for scan in read.scans] == ["a-1", "a-3"]
    assert {place: scan_id for place, (scan_id, _) in read.spoiled.items()} == {1: "a-2"}


@pytest.mark.parametrize(
    "raw",
    [
        batch(),
        batch(*[SCAN] * 501),
        batch(*[SCAN] * 500, {**SCAN, "code": 7}),
        batch({**SCAN, "code": 7}),
        batch(SCAN, sent_at="noon"),
        batch(SCAN, {**SCAN, "code": 7}, sent_at="noon"),
        batch(SCAN, extra=1),
        b'{"device":"d","sent_at":"2026-11-23T08:20:00Z","scans":5}',
        b'{"device":"d","sent_at":"2026-11-23T08:20:00Z","scans":[null]}',
    ],
)
def test_a_batch_that_is_wrong_as_a_whole_is_refused_whole(raw: bytes) -> None:
    with pytest.raises(Faulty):
        read_batch(raw)


def test_a_scan_is_read_as_it_was_scanned_however_odd() -> None:
    odd = "EÁ23456785VN https://hoso.example/t/4K7M29TB6HC?l=vi " + "x" * 400

    assert read_batch(batch({**SCAN, "number": odd})).scans[0].number == odd


def test_moments_are_read_into_utc() -> None:
    assert read_batch(batch(SCAN)).scans[0].device_at.isoformat() == "2026-11-23T01:15:12+00:00"


def test_a_picture_that_is_not_base64_is_named() -> None:
    proof = {"receiver_name": "A", "id_kind": "other", "id_tail": "12", "remarks": "none", "photo_jpeg": "%%%"}
    with pytest.raises(Faulty) as caught:
        read_json(to_json(proof), TypeAdapter(ProofIn))

    assert [(fault.pointer, fault.code) for fault in caught.value.faults] == [("/photo_jpeg", "base64")]


def test_a_proof_without_pictures_is_a_proof() -> None:
    proof = {"receiver_name": "A", "id_kind": "other", "id_tail": "12", "remarks": "none"}

    assert read_json(to_json(proof), TypeAdapter(ProofIn)).proof().signature_png == b""


def test_a_list_whose_rows_are_wrong_is_not_also_said_to_have_too_few() -> None:
    long_ago = "1066-10-14T09:00:00Z"

    assert _told(batch({**SCAN, "device_at": long_ago}, sent_at=long_ago)) == [
        ("/sent_at", "moment.range"), ("/scans/0/device_at", "moment.range"),
    ]  # fmt: skip
    assert _told(batch({**SCAN, "code": 7})) == [("/scans/0/code", "type")]
    assert _told(batch()) == [("/scans", "too_few")]


def _told(raw: bytes) -> list[tuple[str, str]]:
    with pytest.raises(Faulty) as caught:
        read_batch(raw)
    return [(fault.pointer, fault.code) for fault in caught.value.faults]
