"""A certificate that can not sign in is named with its file, and its passphrase is not shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509 import load_pem_x509_certificate

from siemcast.errors import AuthRefused
from siemcast.kit.certificate import signing_pair
from siemcast.kit.tenant import Credential
from siemcast_lab.certificates import Certificates


def _refused(**credential: Any) -> str:
    with pytest.raises(AuthRefused) as caught:
        signing_pair(Credential.model_validate(credential))
    assert caught.value.hint
    return str(caught.value)


@pytest.fixture
def junk(tmp_path: Path) -> Path:
    file = tmp_path / "junk.pem"
    file.write_text("junk")
    return file


@pytest.fixture
def pfx(certificates: Certificates, tmp_path: Path) -> Path:
    key: Any = load_pem_private_key(certificates.client_key.read_bytes(), None)
    certificate = load_pem_x509_certificate(certificates.client.read_bytes())
    file = tmp_path / "app.p12"
    file.write_bytes(
        pkcs12.serialize_key_and_certificates(None, key, certificate, None, BestAvailableEncryption(b"pw"))
    )
    return file


def test_the_pair_holds_the_key_and_the_whole_chain(certificates: Certificates, tmp_path: Path) -> None:
    chain = tmp_path / "chain.pem"
    chain.write_bytes(certificates.client.read_bytes() + certificates.ca.read_bytes())
    pair = signing_pair(Credential(certificate=chain, key=certificates.client_key))
    assert pair["public_certificate"].count("BEGIN CERTIFICATE") == 2
    assert "BEGIN PRIVATE KEY" in pair["private_key"]


def test_a_pfx_file_gives_the_same_pair_as_its_pem_files(certificates: Certificates, pfx: Path) -> None:
    from_pem = signing_pair(Credential(certificate=certificates.client, key=certificates.client_key))
    assert signing_pair(Credential.model_validate({"certificate": pfx, "passphrase": "pw"})) == from_pem


def test_a_file_that_holds_no_certificate_is_named(certificates: Certificates, junk: Path) -> None:
    assert "junk.pem holds no certificate" in _refused(certificate=junk, key=certificates.client_key)


def test_a_file_that_holds_no_key_is_named(certificates: Certificates, junk: Path) -> None:
    assert "private key in " + str(junk) in _refused(certificate=certificates.client, key=junk)


def test_a_passphrase_for_a_key_without_one_is_said(certificates: Certificates) -> None:
    said = _refused(certificate=certificates.client, key=certificates.client_key, passphrase="hunter2")
    assert "exactly when it is encrypted" in said
    assert "hunter2" not in said


def test_a_wrong_passphrase_of_a_pfx_file_is_said(pfx: Path) -> None:
    said = _refused(certificate=pfx, passphrase="hunter2")
    assert "its passphrase" in said
    assert "hunter2" not in said


def test_a_pfx_file_without_a_key_is_said(certificates: Certificates, tmp_path: Path) -> None:
    file = tmp_path / "only.pfx"
    certificate = load_pem_x509_certificate(certificates.client.read_bytes())
    file.write_bytes(
        pkcs12.serialize_key_and_certificates(None, None, certificate, None, BestAvailableEncryption(b"pw"))
    )
    assert "lacks the private key" in _refused(certificate=file, passphrase="pw")


def test_a_key_that_is_not_rsa_is_refused(certificates: Certificates, tmp_path: Path) -> None:
    file = tmp_path / "ec.key"
    key = ec.generate_private_key(ec.SECP256R1())
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    assert "RSA" in _refused(certificate=certificates.client, key=file)


def test_a_file_that_vanished_is_named(certificates: Certificates, tmp_path: Path) -> None:
    file = tmp_path / "gone.pem"
    file.touch()
    credential = Credential(certificate=file, key=certificates.client_key)
    file.unlink()
    with pytest.raises(AuthRefused, match=r"gone\.pem can not be read"):
        signing_pair(credential)
