"""The container of shared checkpoints: opening it, and each checkpoint beside this machine's own cursor."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from siemcast.api import Context, SecretValue
from siemcast.errors import ConfigError
from siemcast.kit.credential import AzureCredential
from siemcast.kit.plaintext import refuse_plaintext
from siemcast_defender.streaming.config import BlobCheckpoints, StreamingSettings
from siemcast_defender.streaming.position import Position, later
from siemcast_defender.streaming.reply import store_verdict

if TYPE_CHECKING:
    from azure.eventhub.aio import CheckpointStore
    from azure.eventhub.extensions.checkpointstoreblobaio import BlobCheckpointStore


class Checkpoints:
    """The container's checkpoints of one hub, each beside this machine's own cursor: the later one counts.

    Stands between the SDK's processor and the SDK's store, with the methods that the processor calls.
    """

    def __init__(self, store: CheckpointStore, key: tuple[str, str, str], well: Callable[[], None]) -> None:
        self._store = store
        self._key = key
        self._well = well
        self.own: dict[str, Position] = {}
        """After the last batch that this machine's journal holds, by partition."""
        self.starts: dict[str, Position] = {}
        """Where the SDK was last told to begin, by partition."""

    async def list_ownership(self, *key: str, **options: Any) -> Iterable[dict[str, Any]]:
        found = await self._store.list_ownership(*key, **options)
        self._well()
        return found

    async def claim_ownership(self, ownership: Iterable[dict[str, Any]], **options: Any) -> Iterable[dict[str, Any]]:
        return await self._store.claim_ownership(ownership, **options)

    async def update_checkpoint(self, checkpoint: dict[str, Any], **options: Any) -> None:
        await self._store.update_checkpoint(checkpoint, **options)

    async def list_checkpoints(self, *key: str, **options: Any) -> Iterable[dict[str, Any]]:
        """Give where to begin each partition: the later of the container's checkpoint and the own cursor."""
        found = await self.positions()
        for id_, own in self.own.items():
            if own.sequence >= 0:
                found[id_] = later(found.get(id_, own), own)
        self.starts.update(found)
        facts = dict(zip(("fully_qualified_namespace", "eventhub_name", "consumer_group"), key, strict=True))
        return [
            {**facts, "partition_id": id_, "offset": position.offset, "sequence_number": position.sequence}
            for id_, position in found.items()
        ]

    async def positions(self) -> dict[str, Position]:
        """Read the container's checkpoints."""
        rows = await self._store.list_checkpoints(*self._key)
        return {row["partition_id"]: Position(str(row["offset"]), int(row["sequence_number"])) for row in rows}

    async def write(self, id_: str, position: Position) -> None:
        """Write a checkpoint."""
        host, hub, group = self._key
        checkpoint: dict[str, str | int | None] = {
            "fully_qualified_namespace": host,
            "eventhub_name": hub,
            "consumer_group": group,
            "partition_id": id_,
            "offset": position.offset,
            "sequence_number": position.sequence,
        }
        await self._store.update_checkpoint(checkpoint)


def open_store(checkpoints: BlobCheckpoints, context: Context, tenant: str | None) -> BlobCheckpointStore:
    """Make the store of shared checkpoints; it connects when it is used. Raises ConfigError for a wrong URL."""
    from azure.eventhub.extensions.checkpointstoreblobaio import BlobCheckpointStore  # noqa: PLC0415 - as above

    if not isinstance(checkpoints.blob, SecretValue):
        account = checkpoints.blob
        try:
            text = account.connection_string.reveal()
            store = BlobCheckpointStore.from_connection_string(text, account.container)
        except ValueError:
            raise ConfigError("checkpoints.blob.connection_string is not one of a storage account") from None
        return store
    url = checkpoints.blob.reveal()
    try:
        refuse_plaintext(url, None, "checkpoints.blob")
    except ValueError as error:
        raise ConfigError(str(error)) from None
    parts = urlsplit(url)
    account_path, _, container = parts.path.rstrip("/").rpartition("/")
    if not container:
        raise ConfigError("checkpoints.blob names no container", hint="write https://ACCOUNT.../CONTAINER")
    credential: Any = None
    if "sig=" not in parts.query:
        if tenant is None:
            raise ConfigError("checkpoints.blob has no SAS", hint="add one to the URL, or set tenant")
        credential = AzureCredential(context.tenant(tenant))
    account_url = f"{parts.scheme}://{parts.netloc}{account_path}"
    return BlobCheckpointStore(
        f"{account_url}?{parts.query}" if parts.query else account_url, container, credential=credential
    )


async def check_store(store: Any, host: str, settings: StreamingSettings) -> None:
    """List the checkpoints of the hubs. Raises AuthRefused or Transient."""
    try:
        for hub in settings.hubs:
            await store.list_checkpoints(host, hub, settings.consumer_group)
    except azure_error() as error:
        raise store_verdict(error, "checkpoints.blob") from error


def azure_error() -> type[Exception]:
    """Give the base of all errors of the SDK's store."""
    from azure.core.exceptions import AzureError  # noqa: PLC0415 - heavy, and only needed when a source runs

    return AzureError
