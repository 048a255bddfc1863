"""Clouds: accounts, resources, and the interfaces called there."""

from __future__ import annotations

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
    name: Text | None = None
    type: Text | None = None


class Api(Model):
    """OCSF `api`."""

    operation: Text | None = None
    service: Text | None = None
