"""Microsoft's clouds: where each service is, and which scope its tokens are for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from siemcast.errors import ConfigError

CloudName = Literal["global", "gcc", "gcc-high", "dod", "china"]
SERVICES = ("authority", "graph", "mde", "arm", "monitor")
"""What `endpoints` may override."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloud:
    """One cloud; hosts without scheme. A service that is None does not exist there."""

    authority: str
    graph: str | None
    mde: str | None
    mde_audience: str | None
    arm: str
    monitor: str
    """Also the audience of the Logs Ingestion API; its hosts are under `ingest.` of it, one for each endpoint."""
    event_hubs: str
    """What the names of Event Hubs namespaces end in."""
    blobs: str
    """What the names of storage accounts' blob services end in."""
    federation_audience: str
    """Audience that a workload identity's own token must carry."""


def _us_government(graph: str) -> Cloud:
    return Cloud(
        authority="login.microsoftonline.us",
        graph=graph,
        mde="api-gov.securitycenter.microsoft.us",
        mde_audience="api-gov.securitycenter.microsoft.us",  # documented nowhere: the host is the likely audience
        arm="management.usgovcloudapi.net",
        monitor="monitor.azure.us",
        event_hubs="servicebus.usgovcloudapi.net",
        blobs="blob.core.usgovcloudapi.net",
        federation_audience="api://AzureADTokenExchangeUSGov",
    )


def _worldwide(mde: str, mde_audience: str) -> Cloud:
    return Cloud(
        authority="login.microsoftonline.com",
        graph="graph.microsoft.com",
        mde=mde,
        mde_audience=mde_audience,
        arm="management.azure.com",
        monitor="monitor.azure.com",
        event_hubs="servicebus.windows.net",
        blobs="blob.core.windows.net",
        federation_audience="api://AzureADTokenExchange",
    )


# Microsoft Graph documentation, "National cloud deployments"; defender-xdr/usgov and defender-endpoint/gov
# for Defender's hosts; the Azure SDK's cloud tables for ARM, storage and Event Hubs.
CLOUDS: Mapping[CloudName, Cloud] = {
    "global": _worldwide("api.security.microsoft.com", "api.securitycenter.microsoft.com"),
    "gcc": _worldwide("api-gcc.securitycenter.microsoft.us", "api-gcc.securitycenter.microsoft.us"),
    "gcc-high": _us_government("graph.microsoft.us"),
    "dod": _us_government("dod-graph.microsoft.us"),
    "china": Cloud(
        authority="login.chinacloudapi.cn",
        graph=None,  # microsoftgraph.chinacloudapi.cn is there, but has none of the security APIs
        mde=None,
        mde_audience=None,
        arm="management.chinacloudapi.cn",
        monitor="monitor.azure.cn",
        event_hubs="servicebus.chinacloudapi.cn",
        blobs="blob.core.chinacloudapi.cn",
        federation_audience="api://AzureADTokenExchangeChina",
    ),
}
_SAME_EVERYWHERE = {"eventhubs": "eventhubs.azure.net", "storage": "storage.azure.com"}


def endpoint(cloud: CloudName, service: str) -> str:
    """Give the base URL of a service of SERVICES, without trailing slash. ConfigError where the cloud has none."""
    return f"https://{_present(cloud, service, getattr(CLOUDS[cloud], _known(service)))}"


def scope(cloud: CloudName, service: str) -> str:
    """Give the client-credentials scope of `graph`, `mde`, `arm`, `monitor`, `eventhubs` or `storage`."""
    if service in _SAME_EVERYWHERE:
        return f"https://{_SAME_EVERYWHERE[service]}/.default"
    attribute = "mde_audience" if service == "mde" else _known(service)
    return f"https://{_present(cloud, service, getattr(CLOUDS[cloud], attribute))}/.default"


def _known(service: str) -> str:
    if service not in SERVICES:
        raise ConfigError(f"no Microsoft service is named {service!r}", hint=f"known are {', '.join(SERVICES)}")
    return service


def _present(cloud: CloudName, service: str, host: str | None) -> str:
    if host is None:
        what = {"graph": "Microsoft Graph has no security APIs", "mde": "Defender for Endpoint has no API"}[service]
        hint = "use defender.streaming or azure.eventhub there, or check the tenant's cloud"
        raise ConfigError(f"{what} in the {cloud} cloud", hint=hint)
    return host
