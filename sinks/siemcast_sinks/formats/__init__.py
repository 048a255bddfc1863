"""The formats that sinks share, declared here and imported when one is opened."""

from __future__ import annotations

from collections.abc import Iterable

from siemcast.api import Format, FormatOptions, FormatSpec, hookimpl
from siemcast_sinks.formats import places


def _raw(options: FormatOptions) -> Format:
    from siemcast_sinks.formats.raw import Raw  # noqa: PLC0415 - declaring a format must stay cheap

    return Raw(options)


def _native_splunk(options: FormatOptions) -> Format:
    from siemcast_sinks.formats.native.encoder import ForSplunk  # noqa: PLC0415 - as above

    return ForSplunk(options)


def _native_splunk_graph(options: FormatOptions) -> Format:
    from siemcast_sinks.formats.native.encoder import ForSplunk, as_graph  # noqa: PLC0415 - as above

    return ForSplunk(options, as_graph)


def _native_splunk_endpoint(options: FormatOptions) -> Format:
    from siemcast_sinks.formats.native.encoder import ForSplunk, as_endpoints  # noqa: PLC0415 - as above

    return ForSplunk(options, as_endpoints)


def _native_elastic(options: FormatOptions) -> Format:
    from siemcast_sinks.formats.native.encoder import ForElastic  # noqa: PLC0415 - as above

    return ForElastic(options)


def _ecs(options: FormatOptions) -> Format:
    from siemcast_sinks.formats.ecs.encoder import Ecs  # noqa: PLC0415 - as above

    return Ecs(options)


def _cef(options: FormatOptions) -> Format:
    from siemcast_sinks.formats.cef.encoder import Cef  # noqa: PLC0415 - as above

    return Cef(options)


def _leef(options: FormatOptions) -> Format:
    from siemcast_sinks.formats.leef.encoder import Leef  # noqa: PLC0415 - as above

    return Leef(options)


def _cim(options: FormatOptions) -> Format:
    from siemcast_sinks.formats.cim.encoder import Cim  # noqa: PLC0415 - as above

    return Cim(options)


def _asim(options: FormatOptions) -> Format:
    from siemcast_sinks.formats.asim.encoder import Asim  # noqa: PLC0415 - as above

    return Asim(options)


def _ocsf(options: FormatOptions) -> Format:
    from siemcast_sinks.formats.ocsf import Ocsf  # noqa: PLC0415 - as above

    return Ocsf(options)


RAW = FormatSpec(name="raw", summary="the record as Microsoft sent it", open=_raw, places=places.as_sent)
NATIVE = FormatSpec(
    name="native",
    summary="the bare record, for a SIEM without Defender content of its own",
    open=_raw,
    places=places.as_sent,
)
NATIVE_SPLUNK = FormatSpec(
    name="native",
    summary="the shapes of Splunk's Microsoft add-ons",
    open=_native_splunk,
    sink="splunk",
    places=places.as_sent,
)
NATIVE_SPLUNK_GRAPH = FormatSpec(
    name="native-graph",
    summary="as `native`, with alerts as Graph gives them",
    open=_native_splunk_graph,
    sink="splunk",
)
NATIVE_SPLUNK_ENDPOINT = FormatSpec(
    name="native-endpoint",
    summary="as `native`, with alerts as `ms:defender:atp:alerts`",
    open=_native_splunk_endpoint,
    sink="splunk",
)
NATIVE_ELASTIC = FormatSpec(
    name="native",
    summary="what Elastic's m365_defender pipelines parse",
    open=_native_elastic,
    sink="elastic",
    places=places.as_sent,
)
ECS = FormatSpec(
    name="ecs",
    summary="Elastic Common Schema, as Elastic's m365_defender content expects it",
    open=_ecs,
    places=places.ecs,
)
CEF = FormatSpec(
    name="cef",
    summary="Common Event Format (CEF:0), in ArcSight's dictionary",
    open=_cef,
    text="line",
    places=places.cef,
)
LEEF = FormatSpec(
    name="leef", summary="Log Event Extended Format 2.0, in QRadar's keys", open=_leef, text="line", places=places.leef
)
CIM = FormatSpec(
    name="cim", summary="flat fields of Splunk's Common Information Model, with tags", open=_cim, places=places.cim
)
ASIM = FormatSpec(
    name="asim",
    summary="rows of Microsoft's Advanced Security Information Model, for Sentinel's ASim tables",
    open=_asim,
    places=places.asim,
)
OCSF = FormatSpec(
    name="ocsf",
    summary="events of the Open Cybersecurity Schema Framework 1.8.0",
    open=_ocsf,
    places=places.ocsf,
)


@hookimpl
def register_formats() -> Iterable[FormatSpec]:
    return (
        RAW,
        NATIVE,
        NATIVE_SPLUNK,
        NATIVE_SPLUNK_GRAPH,
        NATIVE_SPLUNK_ENDPOINT,
        NATIVE_ELASTIC,
        ECS,
        CEF,
        LEEF,
        CIM,
        ASIM,
        OCSF,
    )
