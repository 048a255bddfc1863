"""Every kind of credential signs in to a strict Entra over real TLS, and says what is wrong when it is refused."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509 import load_pem_x509_certificate

from siemcast.errors import AuthRefused
from siemcast_lab.certificates import Certificates
from siemcast_lab.entra import LabEntra

GRAPH = "https://graph.microsoft.com/.default"


def _signs_in_as(stage: Any, credential: dict[str, Any]) -> str:
    async def scenario() -> str:
        async with stage() as scene:
            claims = scene.lab.claims(await scene.tenant(credential).token(GRAPH))
            assert claims["aud"] == "https://graph.microsoft.com"
            assert scene.lab.asked["instance-discovery"] == 0
            return str(claims["lab_how"])

    return asyncio.run(scenario())


def _refused(stage: Any, credential: dict[str, Any], **registration: Any) -> AuthRefused:
    async def scenario() -> AuthRefused:
        async with stage() as scene:
            for name, value in registration.items():
                setattr(scene.lab.registration, name, value)
            with pytest.raises(AuthRefused) as caught:
                await scene.tenant(credential).token(GRAPH)
            return caught.value

    return asyncio.run(scenario())


def _secret(lab_secret: str = "lab~Secret-value") -> dict[str, Any]:
    return {"secret": lab_secret}


def test_a_secret_signs_in(stage: Any) -> None:
    assert _signs_in_as(stage, _secret()) == "secret"


def test_a_certificate_and_its_key_sign_in_with_ps256(stage: Any, certificates: Certificates) -> None:
    credential = {"certificate": certificates.client, "key": certificates.client_key}
    assert _signs_in_as(stage, credential) == "PS256"


def test_certificate_and_key_may_share_a_file(stage: Any, certificates: Certificates, tmp_path: Path) -> None:
    both = tmp_path / "both.pem"
    both.write_bytes(certificates.client.read_bytes() + certificates.client_key.read_bytes())
    assert _signs_in_as(stage, {"certificate": both}) == "PS256"


def test_an_encrypted_key_signs_in_with_its_passphrase(stage: Any, certificates: Certificates, tmp_path: Path) -> None:
    key = tmp_path / "encrypted.key"
    key.write_bytes(
        _key(certificates).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"open sesame"),
        )
    )
    credential = {"certificate": certificates.client, "key": key, "passphrase": "open sesame"}
    assert _signs_in_as(stage, credential) == "PS256"
    refused = _refused(stage, {**credential, "passphrase": "closed sesame"})
    assert str(key) in str(refused)
    assert "closed sesame" not in str(refused)


def test_a_pfx_file_signs_in(stage: Any, certificates: Certificates, tmp_path: Path) -> None:
    pfx = tmp_path / "app.pfx"
    certificate = load_pem_x509_certificate(certificates.client.read_bytes())
    encryption = serialization.BestAvailableEncryption(b"pw")
    pfx.write_bytes(pkcs12.serialize_key_and_certificates(b"app", _key(certificates), certificate, None, encryption))
    assert _signs_in_as(stage, {"certificate": pfx, "passphrase": "pw"}) == "PS256"


def test_a_workload_identity_signs_in_with_the_token_in_its_file(stage: Any, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with stage() as scene:
            file = tmp_path / "token"
            file.write_text(scene.lab.workload_token(sub="system:serviceaccount:other:other"))
            tenant = scene.tenant({"workload_identity": file})
            with pytest.raises(AuthRefused, match="subject"):
                await tenant.token(GRAPH)
            file.write_text(scene.lab.workload_token() + "\n")  # rotated by the platform
            assert scene.lab.claims(await tenant.token(GRAPH))["lab_how"] == "workload"

    asyncio.run(scenario())


@pytest.mark.parametrize("content", [b"", b" \n", b"\xff\xfe", None])
def test_a_workload_identity_without_its_token_is_named_by_its_file(
    stage: Any, tmp_path: Path, content: bytes | None
) -> None:
    async def scenario() -> None:
        async with stage() as scene:
            file = tmp_path / "workload-token"
            file.touch()
            tenant = scene.tenant({"workload_identity": file})
            file.unlink() if content is None else file.write_bytes(content)
            with pytest.raises(AuthRefused, match=r"workload-token (is empty|can not be read)"):
                await tenant.token(GRAPH)
            assert scene.lab.asked["token"] == 0

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("identity", "signed_in_as"),
    [
        ("system", "managed identity system"),
        ("33333333-3333-4333-8333-333333333333", "managed identity 33333333-3333-4333-8333-333333333333"),
    ],
)
@pytest.mark.parametrize("platform", ["machine", "app service"])
def test_a_managed_identity_signs_in(
    stage: Any, monkeypatch: pytest.MonkeyPatch, platform: str, identity: str, signed_in_as: str
) -> None:
    async def scenario() -> None:
        async with stage() as scene:
            _pose_as(platform, scene.url, monkeypatch)
            tenant = scene.tenant({"managed_identity": identity}, client_id=None)
            assert scene.lab.claims(await tenant.token(GRAPH))["lab_how"] == signed_in_as

    asyncio.run(scenario())


@pytest.mark.parametrize("platform", ["machine", "app service"])
def test_an_unknown_managed_identity_is_refused(stage: Any, monkeypatch: pytest.MonkeyPatch, platform: str) -> None:
    async def scenario() -> None:
        async with stage() as scene:
            _pose_as(platform, scene.url, monkeypatch)
            with pytest.raises(AuthRefused, match="contoso"):
                await scene.tenant({"managed_identity": "44444444-0000-4000-8000-000000000000"}).token(GRAPH)

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("registration", "words"),
    [
        ({"secret": "another"}, "AADSTS7000215"),
        ({"expired_secrets": {"lab~Secret-value"}}, "has expired"),
        ({"client_id": "99999999-0000-4000-8000-000000000000"}, ""),
        ({"conditional_access": True}, "conditional access"),
    ],
)
def test_a_refused_secret_is_explained_and_never_shown(stage: Any, registration: dict[str, Any], words: str) -> None:
    refused = _refused(stage, _secret(), **registration) if "client_id" not in registration else _unknown_client(stage)
    assert words in str(refused)
    assert refused.hint
    assert "lab~Secret-value" not in f"{refused}{refused!r}{refused.__cause__}{refused.__context__}"


def test_an_unknown_tenant_is_named_as_the_cause(stage: Any) -> None:
    async def scenario() -> None:
        async with stage() as scene:
            with pytest.raises(AuthRefused, match=r"tenant does not exist.*tenant_id"):
                await scene.tenant(_secret(), tenant_id="55555555-0000-4000-8000-000000000000").token(GRAPH)

    asyncio.run(scenario())


def test_a_certificate_that_nobody_registered_is_refused(stage: Any, certificates: Certificates) -> None:
    credential = {"certificate": certificates.server, "key": certificates.server_key}
    assert "AADSTS700027" in str(_refused(stage, credential))


def test_a_key_of_another_certificate_is_noticed_before_anything_is_sent(
    stage: Any, certificates: Certificates
) -> None:
    async def scenario() -> None:
        async with stage() as scene:
            credential = {"certificate": certificates.client, "key": certificates.server_key}
            with pytest.raises(AuthRefused, match="does not belong to its key"):
                await scene.tenant(credential).token(GRAPH)
            assert not scene.lab.asked

    asyncio.run(scenario())


def _unknown_client(stage: Any) -> AuthRefused:
    async def scenario() -> AuthRefused:
        async with stage() as scene:
            with pytest.raises(AuthRefused, match="AADSTS700016") as caught:
                await scene.tenant(_secret(), client_id="99999999-0000-4000-8000-000000000000").token(GRAPH)
            return caught.value

    return asyncio.run(scenario())


def _pose_as(platform: str, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if platform == "machine":
        monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", url)
    else:
        monkeypatch.setenv("IDENTITY_ENDPOINT", f"{url}/msi/token")
        monkeypatch.setenv("IDENTITY_HEADER", LabEntra.secret_header)


def _key(certificates: Certificates) -> Any:
    return serialization.load_pem_private_key(certificates.client_key.read_bytes(), None)
