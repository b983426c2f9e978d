"""The door: is its address free, does its certificate hold, and does somebody stand in front of it.

Used by: check_command.
Source: RFC 5280 §4.1.2.5 (validity of a certificate), RFC 9525 (whose name it bears).
"""

from __future__ import annotations

import errno
import http.client
import ipaddress
import json
import socket
import ssl
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509

from postgw.settings import SettingsError, Web
from postgw.web.running import own_tls

from .finding import Finding, doubtful, wrong

#: So long before its end a certificate is spoken of.
_SOON = timedelta(days=21)
_PATIENCE = 2.0


def looked_at(web: Web, *, rehearsal: bool, at: datetime) -> Iterator[Finding]:
    """Yield what is wrong with the door."""
    yield from address(web)
    yield from certificate(web, at=at)
    yield from in_front(web, rehearsal=rehearsal)


def address(web: Web) -> Iterator[Finding]:
    """Look whether the gateway could listen where it is to; a gateway that listens there already is no fault."""
    place = f"{web.host}:{web.port}"
    if web.port == 0:
        return
    try:
        with socket.socket(socket.AF_INET6 if ":" in web.host else socket.AF_INET) as door:
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            door.bind((web.host, web.port))
    except socket.gaierror:
        yield wrong(
            "host", f"Không biết máy {web.host} trong [web] host là máy nào. Ghi 127.0.0.1 hoặc địa chỉ của máy này."
        )
    except OSError as fault:
        if fault.errno == errno.EADDRINUSE and _is_gateway(web):
            return
        yield wrong("port", f"{_WHY.get(fault.errno or 0, _OTHER).format(place=place)}")


_OTHER = "Không mở được cổng {place}. Chọn [web] host và port khác."
_WHY = {
    errno.EADDRINUSE: "Cổng {place} đã có chương trình khác dùng (xem: ss -ltnp). Dừng nó hoặc đổi [web] port.",
    errno.EADDRNOTAVAIL: "Máy này không có địa chỉ {place}. Sửa [web] host: 127.0.0.1 hoặc địa chỉ của máy.",
    errno.EACCES: "Người dùng này không được mở cổng {place}. Chọn [web] port từ 1024 trở lên.",
}


def _is_gateway(web: Web) -> bool:
    """Say whether a gateway answers there."""
    host = "127.0.0.1" if web.host in {"", "0.0.0.0"} else web.host  # noqa: S104  # nothing is opened here
    stranger = ssl._create_unverified_context()  # we ask who it is, and tell nothing
    line = (
        http.client.HTTPSConnection(host, web.port, timeout=_PATIENCE, context=stranger)
        if web.tls_cert_file
        else http.client.HTTPConnection(host, web.port, timeout=_PATIENCE)
    )
    try:
        line.request("GET", "/healthz")
        return bool(json.loads(line.getresponse().read(4096)).get("alive"))
    except (OSError, ValueError, AttributeError, http.client.HTTPException):
        return False
    finally:
        line.close()


def certificate(web: Web, *, at: datetime) -> Iterator[Finding]:
    """Look whether the certificate can be read, belongs to its key and to our name, and for how long it holds."""
    if not (web.tls_cert_file or web.tls_private_file):
        return
    try:
        own_tls(web)
        (own, *_) = x509.load_pem_x509_certificates(Path(web.tls_cert_file).read_bytes())
    except SettingsError as fault:
        yield wrong("tls", str(fault))
        return
    except (OSError, ValueError) as fault:
        why = fault.strerror if isinstance(fault, OSError) else "không phải PEM"
        yield wrong("tls", f"Không đọc được chứng chỉ {web.tls_cert_file} hoặc khoá {web.tls_private_file} ({why}).")
        return
    yield from _validity(own.not_valid_after_utc, web.tls_cert_file, at)
    yield from _name(own, web)


def _validity(until: datetime, file: str, at: datetime) -> Iterator[Finding]:
    if until <= at:
        yield wrong("tls", f"Chứng chỉ {file} hết hạn ngày {until:%d/%m/%Y}. Gia hạn rồi khởi động lại.")
    elif until - at < _SOON:
        yield doubtful("tls", f"Chứng chỉ {file} hết hạn ngày {until:%d/%m/%Y}, còn {(until - at).days} ngày. Gia hạn.")


def _name(own: x509.Certificate, web: Web) -> Iterator[Finding]:
    host = urlsplit(web.public_url).hostname
    if not host:
        return
    try:
        names = own.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        known = [*names.get_values_for_type(x509.DNSName), *map(str, names.get_values_for_type(x509.IPAddress))]
    except x509.ExtensionNotFound:
        known = []
    if host not in known and f"*.{host.partition('.')[2]}" not in known:
        yield doubtful(
            "tls", f"Chứng chỉ {web.tls_cert_file} không mang tên {host} trong [web] public_url. Xin lại đúng tên."
        )


def in_front(web: Web, *, rehearsal: bool) -> Iterator[Finding]:
    """Look whether the settings say who stands in front of us."""
    for proxy in web.proxies:
        try:
            ipaddress.ip_address(proxy)
        except ValueError:
            yield wrong("proxies", f"[web] proxies: {proxy} không phải địa chỉ IP. Ghi như 127.0.0.1.")
    if web.public_url.startswith("https://") and not (web.proxies or web.tls_cert_file):
        yield doubtful(
            "proxies",
            "[web] proxies để trống mà public_url là https: mọi người gọi sẽ bị tính chung một địa chỉ và mau hết lượt."
            " Ghi địa chỉ máy TLS đứng trước.",
        )
    if not rehearsal and web.public_url.startswith("http://"):
        yield wrong(
            "public_url", f"{web.public_url} không phải https: đường dẫn riêng của người dân đi trần trên mạng."
        )
    if not rehearsal and not web.public_url:
        yield doubtful("public_url", "[web] public_url để trống: tin nhắn cho người dân không kèm đường dẫn.")
