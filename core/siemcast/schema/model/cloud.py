"""Clouds: accounts, resources, and the interfaces called there."""

from pydantic import Field

from siemcast.schema.model.identity import Account, Group, User
from siemcast.schema.model.types import Boolean, Model, Text, Timestamp


class Cloud(Model):
    """OCSF `cloud`."""

    provider: Text | None = None
    account: Account | None = None
    region: Text | None = None


class Resource(Model):
    """OCSF `resource_details`."""

    uid: Text | None = None
    uid_alt: Text | None = None
    name: Text | None = None
    type: Text | None = None
    group: Group | None = None
    region: Text | None = None
    namespace: Text | None = None
    version: Text | None = None
    criticality: Text | None = None
    owner: User | None = None
    tags: tuple[Text, ...] = ()
    created_time: Timestamp | None = None
    modified_time: Timestamp | None = None


class Databucket(Model):
    """OCSF `databucket`: a container or share of a storage account."""

    uid: Text | None = None
    name: Text | None = None
    type: Text | None = None


class Image(Model):
    """OCSF `image`: what a container is made from."""

    name: Text | None = None
    uid: Text | None = Field(default=None, description="Its digest.")
    tag: Text | None = None
    registry: Text | None = None


class Container(Model):
    """OCSF `container`, with the place that it has in a cluster."""

    name: Text | None = None
    uid: Text | None = None
    image: Image | None = None
    orchestrator: Text | None = None
    cluster: Text | None = None
    namespace: Text | None = None
    pod_name: Text | None = None
    controller: Text | None = None
    service_account: Text | None = None
    cmd_line: Text | None = None
    args: tuple[Text, ...] = ()
    is_privileged: Boolean | None = None


class Request(Model):
    """OCSF `request`."""

    uid: Text | None = None
    data: Text | None = None


class Api(Model):
    """OCSF `api`."""

    operation: Text | None = None
    service: Text | None = None
    version: Text | None = None
    request: Request | None = None


class Policy(Model):
    """OCSF `policy`."""

    name: Text | None = None
    uid: Text | None = None
    version: Text | None = None
    is_applied: Boolean | None = None


class Service(Model):
    """OCSF `service`: what a user logs on to, or a service of Windows."""

    name: Text | None = None
    uid: Text | None = None
    tenant_uid: Text | None = None
