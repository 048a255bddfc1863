"""The whole lab at once: a Microsoft tenant on one side, SIEM receivers on the other, and the configuration between."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from siemcast_lab.bulk import Bulk
from siemcast_lab.certificates import Certificates, make_certificates
from siemcast_lab.entra import LabEntra, Registration
from siemcast_lab.eventhub import EventHubLab, eventhub_lab
from siemcast_lab.graph import LabGraph, Quirks, Store, graph_app
from siemcast_lab.hec import Hec
from siemcast_lab.serve import serve
from siemcast_lab.syslog import Receiver, receive_tcp

HUB = "insights-logs-advancedhunting"
_GRAPH_AUDIENCE = "https://graph.microsoft.com"
_GRAPH_ROLES = ("SecurityIncident.Read.All", "SecurityAlert.Read.All")


_CONFIGURATION = """\
# A forwarder between the lab's Microsoft tenant and the lab's SIEMs. Every address is on this machine.
state: "{folder}/state"
http: {http}

tenants:
  lab:
    tenant_id: {tenant_id}
    client_id: {client_id}
    credential: {{secret: "${{file:{folder}/secrets/entra}}"}}
    endpoints: {{authority: "{entra}", graph: "{graph}"}}
    ca_file: "{ca}"
    requests_per_minute: 3000

sources:
  # alerts: none, since they come by their own source
  incidents: {{kind: defender.incidents, tenant: lab, every: {every}, since: 7d, alerts: none}}
  alerts:    {{kind: defender.alerts, tenant: lab, every: {every}, since: 7d}}
  telemetry:
    kind: defender.streaming
    connection_string: "${{file:{folder}/secrets/eventhub}}"
    endpoint: "{hubs}"
    tls: {{ca_file: "{ca}"}}
    hubs: [{hub}]

sinks:
  splunk:
    kind: splunk
    url: "{hec}"
    token: "${{file:{folder}/secrets/hec}}"
    tls: {{ca_file: "{ca}"}}
  elastic:
    kind: elastic
    url: "{bulk}"
    api_key: "${{file:{folder}/secrets/elastic}}"
    tls: {{ca_file: "{ca}"}}
    format: ecs
  syslog:
    kind: syslog
    host: localhost
    port: {syslog}
    transport: tls
    tls: {{ca_file: "{ca}"}}
    format: cef
  archive: {{kind: file, path: "{folder}/archive", format: raw}}

routes:
  - from: [incidents, alerts, telemetry]
    to: [splunk, elastic, syslog, archive]
"""


@dataclass(frozen=True, slots=True)
class World:
    """Everything that runs, and where."""

    folder: Path
    """Holds certificates, secrets, the configuration, and what the forwarder writes."""
    certificates: Certificates
    registration: Registration
    entra: LabEntra
    entra_url: str
    graph: LabGraph
    graph_url: str
    hubs: EventHubLab
    hec: Hec
    hec_url: str
    bulk: Bulk
    bulk_url: str
    syslog: Receiver

    @property
    def config(self) -> Path:
        """The configuration that fits."""
        return self.folder / "siemcast.yaml"


@asynccontextmanager
async def open_world(folder: Path, *, quirks: Quirks | None = None, partitions: int = 4) -> AsyncGenerator[World, None]:
    """Start every stand-in on a free loopback port and write a configuration for the forwarder into `folder`."""
    certificates = make_certificates(folder / "certificates")
    tls = certificates.server_context()
    registration = Registration()
    entra = LabEntra(registration)
    graph = LabGraph(Store(), quirks, authorise=_bearers(entra))
    hec, bulk = Hec(), Bulk()
    async with AsyncExitStack() as stack:
        world = World(
            folder=folder,
            certificates=certificates,
            registration=registration,
            entra=entra,
            entra_url=await stack.enter_async_context(serve(entra.app(), tls=tls)),
            graph=graph,
            graph_url=await stack.enter_async_context(serve(graph_app(graph), tls=tls)),
            hubs=await stack.enter_async_context(eventhub_lab({HUB: partitions}, certificates=certificates)),
            hec=hec,
            hec_url=await stack.enter_async_context(hec.serving(tls=tls)),
            bulk=bulk,
            bulk_url=await stack.enter_async_context(bulk.serving(tls=tls)),
            syslog=await stack.enter_async_context(receive_tcp(tls=tls)),
        )
        write_secrets(world)
        world.config.write_text(configuration(world))
        yield world


def write_secrets(world: World) -> None:
    """Write the lab's secrets into files that only their owner may read, as a platform would mount them."""
    folder = world.folder / "secrets"
    folder.mkdir(exist_ok=True, mode=0o700)
    secrets = {
        "entra": world.registration.secret,
        "hec": next(iter(world.hec.tokens)),
        "elastic": (world.bulk.authorization or "").removeprefix("ApiKey "),
        "eventhub": world.hubs.namespace_connection_string,
    }
    for name, value in secrets.items():
        path = folder / name
        path.touch(mode=0o600)
        path.write_text(value + "\n")


def configuration(world: World, *, http: str = "127.0.0.1:8686", every: str = "1s") -> str:
    """Write the configuration of a forwarder between this tenant and these receivers."""
    return _CONFIGURATION.format(
        folder=_quoted(world.folder),
        http=http,
        every=every,
        tenant_id=world.registration.tenant_id,
        client_id=world.registration.client_id,
        ca=_quoted(world.certificates.ca),
        entra=world.entra_url,
        graph=world.graph_url,
        hubs=world.hubs.tls_endpoint,
        hub=HUB,
        hec=world.hec_url,
        bulk=world.bulk_url,
        syslog=world.syslog.port,
    )


def _quoted(path: Path) -> str:
    """Write a path as it stands between double quotes in YAML."""
    return json.dumps(str(path), ensure_ascii=False)[1:-1]


def _bearers(entra: LabEntra) -> Callable[[str], bool]:
    """Let in the bearers of tokens that the lab's Entra gave for Graph."""

    def knows(token: str) -> bool:
        return any(entra.authorise(f"Bearer {token}", _GRAPH_AUDIENCE, role) is None for role in _GRAPH_ROLES)

    return knows
