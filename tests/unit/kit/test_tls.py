"""TLS always verifies, trusts what the user configured and nothing else, and explains itself."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from cryptography.hazmat.primitives import serialization

from siemcast.api import Tls
from siemcast.errors import AuthRefused, ConfigError, DeliveryError, Transient
from siemcast.kit.http import open_client, request
from siemcast.kit.tls import ssl_context, tls_failure
from siemcast_lab.certificates import Certificates
from siemcast_lab.serve import serve


@asynccontextmanager
async def _served(certificates: Certificates, *, client_required: bool = False) -> AsyncGenerator[str, None]:
    async def hello(_: web.Request) -> web.Response:
        return web.Response(text="hello")

    app = web.Application()
    app.router.add_get("/", hello)
    async with serve(app, tls=certificates.server_context(client_required=client_required)) as url:
        yield url


def _get(certificates: Certificates, tls: Tls, *, client_required: bool = False) -> str:
    async def scenario() -> str:
        async with (
            _served(certificates, client_required=client_required) as url,
            open_client(base_url=url, tls=tls) as http,
        ):
            return (await request(http, "GET", "/")).text

    return asyncio.run(scenario())


def test_a_configured_authority_is_trusted(certificates: Certificates) -> None:
    assert _get(certificates, Tls(ca_file=certificates.ca)) == "hello"


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
def test_a_stray_variable_does_not_beat_the_configured_authority(
    certificates: Certificates, foreign: Certificates, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, str(foreign.ca))
    assert _get(certificates, Tls(ca_file=certificates.ca)) == "hello"
    monkeypatch.setenv(variable, str(certificates.ca))
    with pytest.raises(AuthRefused, match="not signed by an authority"):
        _get(certificates, Tls(ca_file=foreign.ca))


def test_without_a_configured_authority_openssl_looks_into_ssl_cert_file(
    certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.ca))
    assert _get(certificates, Tls()) == "hello"


def test_an_unknown_authority_is_explained_with_what_to_do(certificates: Certificates) -> None:
    with pytest.raises(AuthRefused, match=r"certificate of localhost:\d+ is not signed by an authority.*tls\.ca_file"):
        _get(certificates, Tls())


def test_a_client_certificate_is_presented(certificates: Certificates) -> None:
    ours = Tls(ca_file=certificates.ca, cert_file=certificates.client, key_file=certificates.client_key)
    assert _get(certificates, ours, client_required=True) == "hello"


def test_a_missing_client_certificate_is_explained(certificates: Certificates) -> None:
    refused = _alert(ssl_context(Tls(ca_file=certificates.ca)), certificates.server_context(client_required=True))
    said = tls_failure(refused, "soc")
    assert isinstance(said, AuthRefused)
    assert "tls.cert_file" in said.hint


def _alert(ours: ssl.SSLContext, theirs: ssl.SSLContext) -> ssl.SSLError:
    """Shake hands in memory, where no reset can overtake the alert, and give what our side reads."""
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = ours.wrap_bio(down, up, server_hostname="localhost")
    server = theirs.wrap_bio(up, down, server_side=True)
    for step in (client.do_handshake, server.do_handshake, client.do_handshake, server.do_handshake):
        with contextlib.suppress(ssl.SSLError):
            step()
    with pytest.raises(ssl.SSLError) as caught:  # TLS 1.3 says it only after the handshake
        client.read(1)
    return caught.value


def test_a_connection_that_breaks_is_no_quarrel_about_tls(certificates: Certificates) -> None:
    with pytest.raises(Transient, match="connection to localhost"):
        _get(certificates, Tls(ca_file=certificates.ca), client_required=True)  # closed with our request unread


def test_a_port_without_tls_is_explained(certificates: Certificates) -> None:
    async def scenario() -> None:
        async with serve(web.Application()) as url, open_client(tls=Tls(ca_file=certificates.ca)) as http:
            with pytest.raises(Transient, match="does not speak TLS"):
                await request(http, "GET", url.replace("http://", "https://"))

    asyncio.run(scenario())


def test_verification_is_on_and_old_protocols_are_off(certificates: Certificates) -> None:
    for tls in (Tls(), Tls(ca_file=certificates.ca)):
        context = ssl_context(tls)
        assert context.verify_mode is ssl.CERT_REQUIRED
        assert context.check_hostname
        assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


@pytest.mark.parametrize(
    "content", [b"", b"no certificate", b"-----BEGIN CERTIFICATE-----\nxx\n-----END CERTIFICATE-----"]
)
def test_an_authority_file_without_a_certificate_is_named(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "ca.pem"
    file.write_bytes(content)
    with pytest.raises(ConfigError, match=r"ca\.pem holds no certificate.*BEGIN CERTIFICATE"):
        ssl_context(Tls(ca_file=file))


def test_a_file_that_vanished_is_named(tmp_path: Path, certificates: Certificates) -> None:
    file = tmp_path / "gone.pem"
    file.touch()
    settings = Tls(ca_file=file), Tls(cert_file=file, key_file=certificates.client_key)
    file.unlink()
    for tls in settings:
        with pytest.raises(ConfigError, match=r"gone\.pem can not be read"):
            ssl_context(tls)


def test_a_key_of_another_certificate_is_named(certificates: Certificates) -> None:
    with pytest.raises(ConfigError, match=r"server\.key is not the key of"):
        ssl_context(Tls(cert_file=certificates.client, key_file=certificates.server_key))


def test_what_is_no_certificate_and_key_is_named(certificates: Certificates, tmp_path: Path) -> None:
    junk = tmp_path / "junk.pem"
    junk.write_text("junk")
    with pytest.raises(ConfigError, match=r"junk\.pem"):
        ssl_context(Tls(cert_file=junk, key_file=certificates.client_key))
    with pytest.raises(ConfigError, match=r"junk\.pem"):
        ssl_context(Tls(cert_file=certificates.client, key_file=junk))


def test_an_encrypted_key_is_refused_and_never_asks_the_terminal(certificates: Certificates, tmp_path: Path) -> None:
    key = serialization.load_pem_private_key(certificates.client_key.read_bytes(), None)
    encrypted = tmp_path / "encrypted.key"
    encryption = serialization.BestAvailableEncryption(b"pw")
    encrypted.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption))
    with pytest.raises(ConfigError, match="is encrypted"):
        ssl_context(Tls(cert_file=certificates.client, key_file=encrypted))


def test_what_is_not_about_tls_is_left_to_others() -> None:
    assert tls_failure(ConnectionRefusedError(), "soc") is None


def _renewed(certificates: Certificates, tls: Tls, renewal: dict[Path, Path], *, client_required: bool = False) -> str:
    """Be refused once, write files anew, and give what the same client then gets."""

    async def scenario() -> str:
        async with (
            _served(certificates, client_required=client_required) as url,
            open_client(base_url=url, tls=tls) as http,
        ):
            with pytest.raises(DeliveryError):  # a peer that refuses ours may break off before it says why
                await request(http, "GET", "/")
            for path, fresh in renewal.items():
                path.with_suffix(".new").write_bytes(fresh.read_bytes())
                path.with_suffix(".new").replace(path)
            return (await request(http, "GET", "/")).text

    return asyncio.run(scenario())


def test_an_authority_that_is_written_anew_counts_without_a_restart(
    certificates: Certificates, foreign: Certificates, tmp_path: Path
) -> None:
    ca = tmp_path / "ca.pem"
    ca.write_bytes(foreign.ca.read_bytes())
    assert _renewed(certificates, Tls(ca_file=ca), {ca: certificates.ca}) == "hello"


def test_a_client_certificate_that_is_renewed_counts_without_a_restart(
    certificates: Certificates, foreign: Certificates, tmp_path: Path
) -> None:
    own, key = tmp_path / "client.pem", tmp_path / "client.key"
    own.write_bytes(foreign.client.read_bytes())
    key.write_bytes(foreign.client_key.read_bytes())
    tls = Tls(ca_file=certificates.ca, cert_file=own, key_file=key)
    renewal = {own: certificates.client, key: certificates.client_key}
    assert _renewed(certificates, tls, renewal, client_required=True) == "hello"


def test_an_authority_that_is_taken_out_is_trusted_no_longer(
    certificates: Certificates, foreign: Certificates, tmp_path: Path
) -> None:
    ca = tmp_path / "ca.pem"
    ca.write_bytes(certificates.ca.read_bytes() + foreign.ca.read_bytes())

    async def scenario() -> None:
        async with _served(certificates) as url, open_client(base_url=url, tls=Tls(ca_file=ca)) as http:
            alone = {"Connection": "close"}
            assert (await request(http, "GET", "/", headers=alone)).text == "hello"
            ca.write_bytes(foreign.ca.read_bytes())
            with pytest.raises(AuthRefused, match="ca_file"):
                await request(http, "GET", "/", headers=alone)

    asyncio.run(scenario())


def test_a_client_certificate_that_comes_before_its_key_leaves_the_old_pair(
    certificates: Certificates, foreign: Certificates, tmp_path: Path
) -> None:
    own, key = tmp_path / "client.pem", tmp_path / "client.key"
    own.write_bytes(certificates.client.read_bytes())
    key.write_bytes(certificates.client_key.read_bytes())
    tls = Tls(ca_file=certificates.ca, cert_file=own, key_file=key)

    async def scenario() -> str:
        async with (
            _served(certificates, client_required=True) as url,
            open_client(base_url=url, tls=tls) as http,
        ):
            own.write_bytes(foreign.client.read_bytes())
            return (await request(http, "GET", "/")).text

    assert asyncio.run(scenario()) == "hello"


def test_half_a_renewal_keeps_what_was_read_before(
    certificates: Certificates, foreign: Certificates, tmp_path: Path
) -> None:
    ca = tmp_path / "ca.pem"
    ca.write_bytes(certificates.ca.read_bytes())

    async def scenario() -> str:
        async with _served(certificates) as url, open_client(base_url=url, tls=Tls(ca_file=ca)) as http:
            ca.write_bytes(b"-----BEGIN")
            return (await request(http, "GET", "/")).text

    assert asyncio.run(scenario()) == "hello"
