"""Clouds: accounts, resources, and the interfaces called there."""

from __future__ import annotations

from pydantic import Field

from siemcast.schema.model.identity import Group
from siemcast.schema.model.types import Model, Text


class Account(Model):
    """OCSF `account`: a subscription, an AWS account, a GCP project."""

    uid: Text | None = None
    name: Text | None = None


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


class Image(Model):
    """OCSF `image`: what a container is made from."""

    name: Text | None = None
    uid: Text | None = Field(default=None, description="Its digest.")
    tag: Text | None = None


class Container(Model):
    """OCSF `container`."""

    name: Text | None = None
    uid: Text | None = None
    image: Image | None = None


class Api(Model):
    """OCSF `api`."""

    operation: Text | None = None
    service: Text | None = None
