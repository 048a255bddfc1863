"""Who: users, groups, sessions."""

from pydantic import Field

from siemcast.schema.model.types import Boolean, Integer, Ip, Model, Text, Timestamp


class Account(Model):
    """OCSF `account`: a subscription, an AWS account, a GCP project; of a user, the account in an application."""

    uid: Text | None = None
    name: Text | None = None
    type: Text | None = None


class Group(Model):
    """OCSF `group`."""

    name: Text | None = None
    uid: Text | None = None
    uid_alt: Text | None = None
    desc: Text | None = None
    domain: Text | None = None
    type: Text | None = None


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
    state: Text | None = None
    street: Text | None = None
    given_name: Text | None = None
    surname: Text | None = None
    phone_number: Text | None = None
    manager: Text | None = None
    employee_uid: Text | None = None
    ldap_dn: Text | None = None
    created_time: Timestamp | None = None
    deleted_time: Timestamp | None = None
    org: Text | None = Field(default=None, description="The name of OCSF's `organization`.")
    account: Account | None = None
    is_enabled: Boolean | None = Field(default=None, description="The contrary of `is_disabled` in OCSF's `account`.")
    risk_score: Integer | None = None
    roles: tuple[Text, ...] = Field(default=(), description="Roles in a directory, by name or id.")
    tags: tuple[Text, ...] = ()


class Session(Model):
    """OCSF `session`."""

    uid: Text | None = Field(default=None, description="The logon id.")
    uid_alt: Text | None = Field(default=None, description="The number of the session on the device.")
    created_time: Timestamp | None = None
    expiration_time: Timestamp | None = None
    is_remote: Boolean | None = None
    terminal: Text | None = None
    host: Text | None = Field(default=None, description="The device at the other end of a remote session.")
    ip: Ip | None = Field(default=None, description="The address at the other end of a remote session.")
