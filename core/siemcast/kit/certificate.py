"""Reads the certificate and key that an application signs in with, from PEM or PFX files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from siemcast.errors import AuthRefused
from siemcast.kit.tenant import Credential

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

_PFX = frozenset({".pfx", ".p12"})


def signing_pair(credential: Credential) -> dict[str, str]:
    """Give PEM texts of the key and of the certificate with its chain, as msal's `client_credential` wants them.

    Files and passphrase are read anew, so that rotated ones count. Raises AuthRefused that names the file: the halves
    of a rotation may be written one after the other, so it is worth another try.
    """
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - only when a certificate is configured

    key, chain = _read(credential)
    encoding, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    pem = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain)
    certificates = b"".join(certificate.public_bytes(encoding) for certificate in chain)
    return {"private_key": pem.decode(), "public_certificate": certificates.decode()}


def _read(credential: Credential) -> tuple[Any, Sequence[Certificate]]:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey  # noqa: PLC0415 - as above

    path = credential.certificate
    if path is None:
        raise TypeError("signing_pair is for certificates")
    password = credential.passphrase.reveal().encode() if credential.passphrase else None
    if path.suffix.lower() in _PFX:
        key, chain = _pfx(path, password)
    else:
        key, chain = _key(credential.key or path, password), _chain(path)
    if not isinstance(key, RSAPrivateKey):
        raise AuthRefused(f"the key of certificate {path} is not an RSA key", hint="Entra takes RSA keys only")
    if chain[0].public_key() != key.public_key():
        hint = "give the key that it was made with; in a file with a chain, the application's certificate comes first"
        raise AuthRefused(f"certificate {path} does not belong to its key", hint=hint)
    return key, chain


def _chain(path: Path) -> Sequence[Certificate]:
    from cryptography.x509 import load_pem_x509_certificates  # noqa: PLC0415 - as above

    try:
        return load_pem_x509_certificates(_bytes(path))
    except ValueError as error:
        hint = "give a PEM file with '-----BEGIN CERTIFICATE-----', or a .pfx file"
        raise AuthRefused(f"{path} holds no certificate that can be read", hint=hint) from error


def _key(path: Path, password: bytes | None) -> Any:
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - as above
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415 - as above

    try:
        return load_pem_private_key(_bytes(path), password)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        hint = "give a PEM file with '-----BEGIN PRIVATE KEY-----', and a passphrase exactly when it is encrypted"
        raise AuthRefused(f"the private key in {path} can not be read", hint=hint) from error


def _pfx(path: Path, password: bytes | None) -> tuple[Any, Sequence[Certificate]]:
    from cryptography.hazmat.primitives.serialization.pkcs12 import load_key_and_certificates  # noqa: PLC0415 - as above

    try:
        key, certificate, others = load_key_and_certificates(_bytes(path), password)
    except (ValueError, TypeError) as error:
        raise AuthRefused(
            f"{path} can not be opened", hint="check that it is a PFX file, and its passphrase"
        ) from error
    if key is None or certificate is None:
        raise AuthRefused(f"{path} lacks the private key or its certificate", hint="export it with its private key")
    return key, [certificate, *others]


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        hint = "check the path and its permissions"
        raise AuthRefused(f"{path} can not be read ({error.strerror})", hint=hint) from error
