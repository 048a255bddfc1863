"""The stand-in is as strict as Entra: what it lets through must be right."""

from __future__ import annotations

import base64
import time
from collections.abc import Mapping
from typing import Any

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from siemcast_lab.certificates import Certificates
from siemcast_lab.entra import LabEntra, Registration
from siemcast_lab.entra.grants import Grants, Refusal

GRAPH = "https://graph.microsoft.com"
ROLE = "SecurityIncident.Read.All"
ENDPOINT = "https://localhost:8443/11111111-1111-4111-8111-111111111111/oauth2/v2.0/token"


def _form(**changes: Any) -> dict[str, Any]:
    form = {
        "grant_type": "client_credentials",
        "client_id": Registration().client_id,
        "client_secret": Registration().secret,
        "scope": f"{GRAPH}/.default",
    }
    return {key: value for key, value in {**form, **changes}.items() if value is not None}


def _assertion(
    certificates: Certificates, *, header: Mapping[str, Any] | None = None, **changes: Any
) -> dict[str, Any]:
    client, now = Registration().client_id, int(time.time())
    claims = {"iss": client, "sub": client, "aud": ENDPOINT, "jti": "once", "nbf": now, "exp": now + 600, **changes}
    fingerprint = x509.load_pem_x509_certificate(certificates.client.read_bytes()).fingerprint(hashes.SHA256())
    own = {"x5t#S256": base64.urlsafe_b64encode(fingerprint).decode()}
    token = jwt.encode(claims, certificates.client_key.read_bytes(), "PS256", headers={**own, **(header or {})})
    return _form(
        client_secret=None,
        client_assertion=token,
        client_assertion_type="urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    )


def _code(grants: Grants, form: Mapping[str, Any], tenant: str = Registration().tenant_id) -> int:
    with pytest.raises(Refusal) as caught:
        grants.judge(tenant, form, ENDPOINT)
    return caught.value.code


@pytest.mark.parametrize(
    ("form", "code"),
    [
        (_form(grant_type="password"), 70003),
        (_form(client_id="other"), 700016),
        (_form(client_secret="other"), 7000215),
        (_form(client_secret=None), 7000218),
        (_form(scope="https://graph.microsoft.com/User.Read"), 1002012),
    ],
)
def test_a_form_that_is_wrong_in_one_field_is_refused_with_its_code(form: Mapping[str, Any], code: int) -> None:
    assert _code(Grants(Registration(), time.time), form) == code


def test_another_tenant_is_not_found() -> None:
    assert _code(Grants(Registration(), time.time), _form(), tenant="other") == 90002


def test_an_assertion_signs_in_once_only(certificates: Certificates) -> None:
    grants = Grants(Registration(certificate=certificates.client), time.time)
    form = _assertion(certificates)
    assert grants.judge(Registration().tenant_id, form, ENDPOINT) == "PS256"
    assert _code(grants, form) == 50013


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"aud": "https://elsewhere/token"}, 700023),
        ({"sub": "other"}, 700016),
        ({"exp": int(time.time()) - 3600}, 700024),
        ({"nbf": int(time.time()) + 3600, "exp": int(time.time()) + 7200}, 700024),
        ({"exp": int(time.time()) + 10 * 86_400}, 700024),
        ({"jti": ""}, 50013),
        ({"header": {"x5t#S256": "AAAA"}}, 700027),
    ],
)
def test_an_assertion_that_is_wrong_in_one_claim_is_refused(
    certificates: Certificates, changes: dict[str, Any], code: int
) -> None:
    grants = Grants(Registration(certificate=certificates.client), time.time)
    assert _code(grants, _assertion(certificates, **changes)) == code


def test_an_assertion_signed_by_another_key_is_refused(certificates: Certificates, foreign: Certificates) -> None:
    grants = Grants(Registration(certificate=foreign.client), time.time)
    assert _code(grants, _assertion(certificates)) == 700027


def test_a_good_token_is_let_in() -> None:
    lab = LabEntra()
    assert lab.authorise(f"Bearer {lab.issue(GRAPH)}", GRAPH, ROLE) is None


def test_a_token_is_judged_by_signature_audience_time_and_role() -> None:
    now = [1_800_000_000.0]
    lab, other = LabEntra(clock=lambda: now[0]), LabEntra(clock=lambda: now[0])
    good = f"Bearer {lab.issue(GRAPH)}"
    wrong = {
        "nothing": (None, GRAPH, ROLE, 401),
        "another scheme": ("Basic abc", GRAPH, ROLE, 401),
        "junk": ("Bearer abc", GRAPH, ROLE, 401),
        "another authority's": (f"Bearer {other.issue(GRAPH)}", GRAPH, ROLE, 401),
        "for another service": (good, "https://management.azure.com", ROLE, 401),
        "without the role": (good, GRAPH, "SecurityIncident.ReadWrite.All", 403),
    }
    for name, (header, audience, role, status) in wrong.items():
        refused = lab.authorise(header, audience, role)
        assert refused is not None, name
        assert refused[0] == status, name
        assert refused[1]["error"]["code"], name
    now[0] += 3600
    expired = lab.authorise(good, GRAPH, ROLE)
    assert expired is not None
    assert expired[0] == 401


def test_a_revoked_token_is_refused_and_the_next_one_is_good() -> None:
    lab = LabEntra()
    revoked = lab.issue(GRAPH)
    lab.revoke()
    refused = lab.authorise(f"Bearer {revoked}", GRAPH, ROLE)
    assert refused is not None
    assert refused[0] == 401
    assert lab.authorise(f"Bearer {lab.issue(GRAPH)}", GRAPH, ROLE) is None
