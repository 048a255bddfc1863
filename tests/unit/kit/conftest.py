"""Throwaway certificates for tests of TLS."""

from __future__ import annotations

import pytest

from siemcast_lab.certificates import Certificates, make_certificates


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="session")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Certificates of an authority that signed none of the others."""
    return make_certificates(tmp_path_factory.mktemp("foreign"))
