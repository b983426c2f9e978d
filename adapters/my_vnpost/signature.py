"""How a push of the post may prove that it comes from the post.

The older retail interface sends `SignData`, and no public receiver checks it: which algorithm it is, and over what, is
not known. So the province names it, one row of this table, once the post has said so. The partner API's push names RSA
with SHA-256; its signature covers the first item of a push alone, so it never opens the door by itself.

Used by: settings (the names), hook (the check). Source: a public receiver of the partner API's push; the rest is open.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Mapping
from functools import cache
from typing import Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

Algorithm = Literal[
    "", "hmac-sha256-hex", "hmac-sha256-base64", "sha256-hex", "sha256-base64", "hmac-sha512-hex", "rsa-sha256"
]
#: What is signed of the retail push, in this order.
Signed = Literal["data", "data+date", "date+data"]


def _hmac(text: bytes, key: str, digest: str = "sha256") -> bytes:
    return hmac.digest(key.encode(), text, digest)


def _hash(text: bytes, key: str) -> bytes:
    return hashlib.sha256(text + key.encode()).digest()


def _hex(digest: bytes) -> str:
    return digest.hex()


def _base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode()


#: Name of an algorithm → what `SignData` must be. A plain hash is taken over the text with the key behind it.
_MADE: Mapping[str, Callable[[bytes, str], str]] = {
    "hmac-sha256-hex": lambda text, key: _hex(_hmac(text, key)),
    "hmac-sha256-base64": lambda text, key: _base64(_hmac(text, key)),
    "sha256-hex": lambda text, key: _hex(_hash(text, key)),
    "sha256-base64": lambda text, key: _base64(_hash(text, key)),
    "hmac-sha512-hex": lambda text, key: _hex(_hmac(text, key, "sha512")),
}


def made(algorithm: str, text: str, key: str) -> str:
    """Return the signature of a text; not for RSA, whose private key is the post's."""
    return _MADE[algorithm](text.encode(), key)


def is_right(algorithm: str, text: str, key: str, given: str) -> bool:
    """Say whether a signature is the one that key and text make."""
    if algorithm == "rsa-sha256":
        return _is_signed(text.encode(), key, given)
    wanted, said = made(algorithm, text, key), given.strip()
    said = said.lower() if algorithm.endswith("-hex") else said
    return hmac.compare_digest(wanted.encode(), said.encode())


@cache
def public_key(text: str) -> rsa.RSAPublicKey:
    """Return an RSA public key, PEM or its bare base64. Raises ValueError when it is none."""
    if "-----BEGIN" not in text:
        text = f"-----BEGIN PUBLIC KEY-----\n{''.join(text.split())}\n-----END PUBLIC KEY-----\n"
    key = serialization.load_pem_public_key(text.encode())
    if not isinstance(key, rsa.RSAPublicKey):
        raise ValueError("not an RSA key")
    return key


def _is_signed(text: bytes, key: str, given: str) -> bool:
    try:
        signature = base64.b64decode(given, validate=True)
        public_key(key).verify(signature, text, padding.PKCS1v15(), hashes.SHA256())
    except (binascii.Error, ValueError, InvalidSignature):
        return False
    return True
