"""What tests of syslog's connections share."""

from __future__ import annotations

import pytest

from siemcast_lab.certificates import Certificates, make_certificates
from siemcast_sinks.syslog import stream


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("tls"))


@pytest.fixture(autouse=True)
def short_probation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "PROBATION", 0.05)
