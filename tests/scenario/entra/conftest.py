"""A lab Entra over real HTTPS, with the files that applications sign in with."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from siemcast.kit.entra import EntraTenant, TenantSettings
from siemcast_lab.certificates import Certificates, make_certificates
from siemcast_lab.entra import LabEntra, Registration
from siemcast_lab.serve import serve


@dataclass
class Stage:
    """A served lab Entra and what a test needs around it."""

    lab: LabEntra
    url: str
    certificates: Certificates
    time: datetime = field(default_factory=lambda: datetime.now(UTC))  # noqa: TID251 - the lab's is the machine's clock

    def settings(self, credential: dict[str, Any], **changes: Any) -> TenantSettings:
        registration = self.lab.registration
        return TenantSettings.model_validate(
            {
                "tenant_id": registration.tenant_id,
                "client_id": registration.client_id,
                "credential": credential,
                "endpoints": {"authority": self.url},
                "ca_file": self.certificates.ca,
                **changes,
            }
        )

    def tenant(self, credential: dict[str, Any], **changes: Any) -> EntraTenant:
        return EntraTenant("contoso", self.settings(credential, **changes), now=lambda: self.time)

    def passes(self, **span: float) -> None:
        self.time += timedelta(**span)


Staging = Callable[[], AbstractAsyncContextManager[Stage]]


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("entra-tls"))


@pytest.fixture(scope="session")
def foreign_ca(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An authority that signed nothing here."""
    return make_certificates(tmp_path_factory.mktemp("foreign-tls")).ca


@pytest.fixture
def stage(certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> Staging:
    for name in (
        "IDENTITY_ENDPOINT",
        "IDENTITY_HEADER",
        "IMDS_ENDPOINT",
        "MSI_ENDPOINT",
        "AZURE_POD_IDENTITY_AUTHORITY_HOST",
    ):
        monkeypatch.delenv(name, raising=False)

    @asynccontextmanager
    async def staged() -> AsyncGenerator[Stage, None]:
        lab = LabEntra(Registration(certificate=certificates.client))
        async with serve(lab.app(), tls=certificates.server_context()) as url:
            yield Stage(lab, url, certificates)

    return staged
