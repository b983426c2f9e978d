"""Whom to trust, and what is wrong with an outsider's certificate, said to whoever can mend it.

A certificate that ran out, or bears another name, is a silence like any other: nothing was handed over, and it is asked
again until it is mended. But "the handshake failed" sends an operator to look for a fault of the line, on the wrong
side of it.

Used by: wire, email. Source: OpenSSL, X509_STORE_CTX_get_error(3) (`X509_V_ERR_…`).
"""

from __future__ import annotations

import ssl
from functools import cache

from postgw.domain.errors import Invalid, Unreachable

_NOT_YET_VALID, _EXPIRED = 9, 10
_OTHER_NAME = {62, 64}
_UNKNOWN_ISSUER = {2, 18, 19, 20, 21}


@cache
def trust(ca_file: str) -> ssl.SSLContext:
    """Return whom to trust; reading the system's authorities takes as long as a hundred calls, so it is done once.

    Raises Invalid when the file of an authority cannot be read.
    """
    try:
        return ssl.create_default_context(cafile=ca_file or None)
    except OSError as fault:
        raise Invalid(
            "Không đọc được chứng chỉ CA ở {path}. Sửa ca_file trong cấu hình.", path=ca_file, code="wire.ca_file"
        ) from fault


def tls_trouble(outsider: str, fault: BaseException) -> Unreachable:
    """Return the verdict for a handshake that came to nothing."""
    found = _refused_certificate(fault)
    if found is None:
        return Unreachable(
            "Không bắt tay TLS được với {outsider}. Kiểm tra chứng chỉ hoặc ca_file.", outsider=outsider,
            code="wire.tls",
        )  # fmt: skip
    if found.verify_code == _EXPIRED:
        return Unreachable(
            "Chứng chỉ TLS của {outsider} đã hết hạn. Báo {outsider} thay chứng chỉ; hệ thống sẽ tự gọi lại.",
            outsider=outsider, code="wire.certificate_expired",
        )  # fmt: skip
    if found.verify_code == _NOT_YET_VALID:
        return Unreachable(
            "Chứng chỉ TLS của {outsider} chưa đến ngày dùng được. Xem lại đồng hồ máy này, rồi báo {outsider}.",
            outsider=outsider, code="wire.certificate_not_yet",
        )  # fmt: skip
    if found.verify_code in _OTHER_NAME:
        return Unreachable(
            "Chứng chỉ TLS của {outsider} mang tên máy khác với địa chỉ đang gọi. Xem lại địa chỉ trong cấu hình, rồi"
            " báo {outsider}.", outsider=outsider, code="wire.certificate_name",
        )  # fmt: skip
    if found.verify_code in _UNKNOWN_ISSUER:
        return Unreachable(
            "Chứng chỉ TLS của {outsider} do nơi máy này không tin cậy cấp. Nếu đúng là của {outsider}, khai chứng chỉ"
            " nơi cấp ở ca_file.", outsider=outsider, code="wire.certificate_issuer",
        )  # fmt: skip
    return Unreachable(
        "Chứng chỉ TLS của {outsider} không dùng được (mã OpenSSL {number}). Báo {outsider}; hệ thống sẽ tự gọi lại.",
        outsider=outsider, number=found.verify_code, code="wire.certificate",
    )  # fmt: skip


def _refused_certificate(fault: BaseException | None) -> ssl.SSLCertVerificationError | None:
    """Return what the library says of the certificate; the HTTP client's own error has the same class and says less."""
    while fault is not None:
        if isinstance(fault, ssl.SSLCertVerificationError) and hasattr(fault, "verify_code"):
            return fault
        fault = getattr(fault, "certificate_error", None) or fault.__cause__
    return None
