"""All that a plugin author imports, beside `siemcast.schema`, `siemcast.kit` and `siemcast.errors`."""

from siemcast.api.batch import Batch, Cursor, Encoded, Partition, Rejected
from siemcast.api.context import Context, Logger, Tenant
from siemcast.api.marker import hookimpl
from siemcast.api.ports import Format, FormatOptions, Sink, Source
from siemcast.api.secret import Secret, SecretValue
from siemcast.api.settings import (
    BatchSettings,
    ConnectionSettings,
    PolledSettings,
    RetrySettings,
    Settings,
    SinkSettings,
    SourceSettings,
    TenantSourceSettings,
    Tls,
    TransformSettings,
)
from siemcast.api.spec import (
    FormatSpec,
    Notice,
    RecordKind,
    SecretResolver,
    SinkSpec,
    SourceSpec,
    Stability,
    Transform,
    TransformSpec,
)
from siemcast.api.units import Duration, Size

__all__ = [
    "Batch",
    "BatchSettings",
    "ConnectionSettings",
    "Context",
    "Cursor",
    "Duration",
    "Encoded",
    "Format",
    "FormatOptions",
    "FormatSpec",
    "Logger",
    "Notice",
    "Partition",
    "PolledSettings",
    "RecordKind",
    "Rejected",
    "RetrySettings",
    "Secret",
    "SecretResolver",
    "SecretValue",
    "Settings",
    "Sink",
    "SinkSettings",
    "SinkSpec",
    "Size",
    "Source",
    "SourceSettings",
    "SourceSpec",
    "Stability",
    "Tenant",
    "TenantSourceSettings",
    "Tls",
    "Transform",
    "TransformSettings",
    "TransformSpec",
    "hookimpl",
]
