"""Who: users, groups, sessions."""

from __future__ import annotations

from pydantic import Field

from siemcast.schema.model.types import Boolean, Ip, Model, Text


class Group(Model):
    """OCSF `group`."""

    name: Text | None = None
    uid: Text | None = None


class User(Model):
    """OCSF `user`, with what its `ldap_person` says of the person."""

    name: Text | None = None
    uid: Text | None = Field(default=None, description="The SID.")
    uid_alt: Text | None = Field(default=None, description="The object id in Entra.")
    domain: Text | None = None
    email_addr: Text | None = Field(default=None, description="The user principal name, or a mailbox.")
    full_name: Text | None = None
    display_name: Text | None = None
    type: Text | None = None
    credential_uid: Text | None = None
    is_admin: Boolean | None = None
    risk_level: Text | None = None
    groups: tuple[Group, ...] = ()
    department: Text | None = Field(default=None, description="Of OCSF's `ldap_person`, as are those below.")
    title: Text | None = None
    city: Text | None = None
    country: Text | None = None


class Session(Model):
    """OCSF `session`."""

    uid: Text | None = Field(default=None, description="The logon id.")
    is_remote: Boolean | None = None
    terminal: Text | None = None
    host: Text | None = Field(default=None, description="The device at the other end of a remote session.")
    ip: Ip | None = Field(default=None, description="The address at the other end of a remote session.")
