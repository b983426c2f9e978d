"""A return request: the citizen asks, from a telephone, to have the result brought, or brought to another address.

A link may have been forwarded and a telephone lent, so the desk confirms before anything is booked. One request of a
dossier is open at a time; asked again it is the same one, changed. What it costs and who pays is told before it is sent
and kept with it; so are the words to which the citizen consented, by their version, and the moment.

Who claims to pay less shows a paper: as a picture, or at the desk. The picture is personal data and goes with the
dossier.

Stands on: address, bare_picture, consignment, dossier, privacy.
Used by: services.return_requests, storage.return_requests.
Source: Decision 45/2016/QĐ-TTg art. 1.2 (what may not travel), 5 (the citizen's free choice), 12.3 (who pays less),
12.4 (who pays for carrying again); Law on Post 2010 art. 16 (another address until delivered); Law on personal data
protection 2025 (consent for one stated purpose, and its proof).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from .address import Party, checked_party, checked_text
from .bare_picture import bare_picture
from .consignment import Consignment
from .dossier import LEGS_OF_FORM, Dossier
from .errors import Conflict, Invalid, TooMuch
from .time_limit import Words

KINDS = ("register", "readdress")
STATES = ("asked", "confirmed", "refused", "withdrawn")
#: How somebody who pays less shows it: a picture sent along, or the paper brought to the desk.
PROOFS = ("photo", "desk")
NOTE_MOST, REASON_MOST = 120, 300
_MEDIA = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
_DELIVERED = frozenset({"delivered", "delivered_by_post_statement"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRule:
    """One version of the rules of such requests: how large a picture may be, and the words of the consent."""

    version: str
    photo_most: int  #: bytes
    consent_version: str
    consent: str
    consent_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """The postage as the citizen was told it; the desk may correct the reduction."""

    tariff: str  #: version of the ceilings
    zone: str
    grams: int
    price_dong: int
    reduced_dong: int
    due_dong: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the citizen asks for."""

    kind: str
    party: Party
    former: str = ""  #: the commune's name of before, where it was found by that
    reduction: str = ""  #: group of the tariff that pays less, as claimed
    proof: str = ""  #: of PROOFS
    note: str = ""  #: which paper shows it
    consent: str = ""  #: version of the words that were consented to


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRequest:
    """A request as it is kept."""

    request_no: str
    dossier_id: int
    dossier_key: str
    desk: str
    state: str
    version: int  #: rises each time the citizen changes it
    wish: Wish
    old: Party | None = None  #: to whom it would have gone
    consignment_no: str = ""  #: what is on its way already, where another address is asked for
    quote: Agreed | None = None
    has_picture: bool = False
    consent_at: datetime
    asked_at: datetime
    asked_by: str
    decided_at: datetime | None = None
    decided_by: str = ""
    reason: str = ""

    @property
    def is_open(self) -> bool:
        """Say whether the desk has still to decide."""
        return self.state == "asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What tells which request a citizen may make."""

    service_form: str
    may_return: bool  #: the procedure is published for a return by post
    why_not: str = ""  #: else why it is left out, as published
    is_closed: bool = False  #: the desk's system says that the dossier is done with
    has_phone: bool = True
    fetches: bool = False  #: the last way home was called off because the citizen comes for the result
    home: Sequence[Consignment] = ()  #: what was ever made to bring the result home, oldest first


@dataclass(frozen=True, slots=True, kw_only=True)
class Possible:
    """Which kind of request may be made now; `kind` is empty where none is, and `why` says why."""

    kind: str = ""
    why: Words | None = None
    carried: Consignment | None = None  #: what is on its way home


def possible(facts: Facts, may_be_delivered: Collection[str]) -> Possible:
    """Return which request may be made; `may_be_delivered` are the states in which an item may still be delivered.

    >>> possible(Facts(service_form="send", may_return=True), ()).kind
    'register'
    >>> possible(Facts(service_form="both", may_return=True), ()).kind
    'readdress'
    >>> possible(Facts(service_form="send", may_return=False, why_not="Phải đến nhận."), ()).why.sentence
    'Kết quả thủ tục này không trả qua bưu điện. {reason}'
    """
    newest = facts.home[-1] if facts.home else None
    if newest and newest.custody.state != "cancelled":
        found = _of_item(newest, may_be_delivered)
    elif facts.is_closed:
        found = _no(sentence="Hồ sơ đã xong, không còn gì để chuyển.")
    elif "return" in LEGS_OF_FORM[facts.service_form] and not facts.fetches:
        found = Possible(kind="readdress")
    elif not facts.may_return:
        found = _no(sentence="Kết quả thủ tục này không trả qua bưu điện. {reason}", reason=facts.why_not)
    else:
        found = Possible(kind="register")
    if found.kind and not facts.has_phone:
        return _no(sentence="Hồ sơ chưa có số điện thoại nhận mã. Gọi bộ phận Một cửa nơi nộp.")
    return found


def _of_item(item: Consignment, may_be_delivered: Collection[str]) -> Possible:
    state = item.custody.state
    if state in _DELIVERED:
        return _no(sentence="Kết quả đã phát.")
    if not item.public_service:
        return _no(sentence="Kết quả do đơn vị khác chuyển phát. Muốn đổi địa chỉ thì gọi bộ phận Một cửa.")
    if item.custody.ended or state not in may_be_delivered:
        return _no(sentence="Bưu gửi không còn trên đường đến bạn nên không đổi được ở đây. Gọi bộ phận Một cửa.")
    return Possible(kind="readdress", carried=item)


def _no(sentence: str, **values: object) -> Possible:
    return Possible(why=Words(sentence=sentence, values=values))


def checked_wish(wish: Wish, groups: Collection[str]) -> Wish:
    """Return a wish with tidy texts. Raises Invalid at the first wrong part."""
    party = checked_party(wish.party, field="/party")
    if not party.commune_code:
        raise Invalid("Chọn xã, phường nơi nhận.", code="return_request.commune", field="/party/commune")
    party = replace(party, address=checked_text(
        party.address, what="số nhà, đường, thôn", field="/party/address", most=300
    ))  # fmt: skip
    if wish.kind != "register":
        return replace(wish, party=party, reduction="", proof="", note="")
    return replace(wish, party=party, **_claim(wish, groups))


def _claim(wish: Wish, groups: Collection[str]) -> dict[str, str]:
    if not wish.reduction:
        return {"reduction": "", "proof": "", "note": ""}
    if wish.reduction not in groups:
        raise Invalid("Chọn nhóm được giảm trong danh sách.", code="return_request.group", field="/reduction")
    if wish.proof not in PROOFS:
        raise Invalid(
            "Chọn cách chứng minh: gửi ảnh, hoặc mang giấy đến quầy.", code="return_request.proof", field="/proof"
        )
    note = checked_text(wish.note, what="tên, số giấy", field="/note", most=NOTE_MOST, required=wish.proof == "desk")
    return {"reduction": wish.reduction, "proof": wish.proof, "note": note}


def checked_consent(given: str, rule: ReturnRule) -> str:
    """Return the version of the words consented to. Raises Invalid where they were not, or are others by now."""
    if given != rule.consent_version:
        raise Invalid("Đánh dấu đồng ý để gửi được.", code="return_request.consent", field="/consent")
    return given


def checked_picture(picture: bytes, most: int) -> bytes:
    """Return a picture of a paper. Raises Invalid unless it is JPEG or PNG, by its content and not its name.

    >>> checked_picture(b"%PDF-1.7", 100)
    Traceback (most recent call last):
    postgw.domain.errors.Invalid: Ảnh phải là JPEG hoặc PNG. Chụp lại rồi gửi.
    """
    if len(picture) > most:
        raise TooMuch(
            "Ảnh lớn hơn {most} MB. Chụp lại ở độ nét thấp hơn.", most=most // 1_000_000,
            code="return_request.picture_large", field="/picture",
        )  # fmt: skip
    if picture and not media_of(picture):
        raise Invalid("Ảnh phải là JPEG hoặc PNG. Chụp lại rồi gửi.", code="return_request.picture", field="/picture")
    return bare_picture(picture)


def media_of(picture: bytes) -> str:
    """Return what a picture is; empty when it is neither JPEG nor PNG.

    >>> media_of(b"\\xff\\xd8\\xff\\xe0..."), media_of(b"GIF89a")
    ('image/jpeg', '')
    """
    return next((media for begins, media in _MEDIA.items() if picture.startswith(begins)), "")


def must_be_open(kept: KeptRequest, seen: int | None) -> None:
    """Raise Conflict unless the desk has still to decide, and has seen what it decides on."""
    if not kept.is_open:
        raise _decided(kept)
    if seen not in {None, kept.version}:
        raise Conflict(
            "Người dân vừa sửa đề nghị {number}. Xem bản mới rồi quyết.", number=kept.request_no,
            code="return_request.changed",
        )  # fmt: skip


def _decided(kept: KeptRequest) -> Conflict:
    number, who, code = kept.request_no, kept.decided_by, "return_request.decided"
    if kept.state == "withdrawn":
        return Conflict("Người dân đã rút đề nghị {number}.", number=number, code=code)
    if kept.state == "confirmed":
        return Conflict("{who} đã nhận đề nghị {number} rồi.", who=who, number=number, code=code)
    return Conflict("{who} đã từ chối đề nghị {number}.", who=who, number=number, code=code)


def brought_home(dossier: Dossier, wish: Wish, consent_at: datetime) -> Dossier:
    """Return a dossier whose result is brought, as the citizen asked."""
    form = "return" if dossier.service_form == "return" else "both"
    return replace(dossier, service_form=form, return_to=wish.party, consent_at=consent_at)


#: What the citizen reads of a request, by its state.
_SAID = {
    "asked": Words(sentence="Bộ phận Một cửa chưa xem. Chưa có gì được đặt với bưu điện."),
    "confirmed": Words(sentence="Bộ phận Một cửa đã nhận đề nghị của bạn."),
    "refused": Words(sentence="Bộ phận Một cửa chưa nhận. Lý do: {reason}"),
    "withdrawn": Words(sentence="Bạn đã rút đề nghị."),
}  # fmt: skip


def said_of(kept: KeptRequest) -> Words:
    """Return how a request stands, in words for who asked."""
    return replace(_SAID[kept.state], values={"reason": kept.reason}) if kept.state == "refused" else _SAID[kept.state]
