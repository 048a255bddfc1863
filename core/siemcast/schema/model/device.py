"""Where: devices, what they are made of, and what runs on them."""

from pydantic import Field

from siemcast.schema.model.identity import Group, User
from siemcast.schema.model.types import Boolean, Ip, Model, Text, Timestamp


class Os(Model):
    """OCSF `os`."""

    name: Text | None = None
    type: Text | None = None
    version: Text | None = None
    build: Text | None = None
    edition: Text | None = None
    sp_name: Text | None = Field(default=None, description="The service pack, or the release's name.")


class Hardware(Model):
    """OCSF `device_hw_info`."""

    cpu_architecture: Text | None = None
    serial_number: Text | None = None
    uuid: Text | None = None


class Agent(Model):
    """OCSF `agent`: Defender's sensor on the device."""

    name: Text | None = None
    type: Text | None = None
    version: Text | None = None
    status: Text | None = None


class Device(Model):
    """OCSF `device`."""

    hostname: Text | None = None
    uid: Text | None = Field(default=None, description="Defender's id of the device.")
    uid_alt: Text | None = Field(default=None, description="Entra's id of the device.")
    name: Text | None = None
    domain: Text | None = None
    ip: Ip | None = None
    mac: Text | None = None
    type: Text | None = None
    subtype: Text | None = None
    model: Text | None = None
    vendor_name: Text | None = None
    os: Os | None = None
    region: Text | None = None
    hw_info: Hardware | None = None
    groups: tuple[Group, ...] = ()
    risk_level: Text | None = None
    agent: Agent | None = Field(default=None, description="The first of OCSF's `agent_list`.")
    is_managed: Boolean | None = None
    first_seen_time: Timestamp | None = None
    last_ip: Ip | None = None
    external_ip: Ip | None = Field(default=None, description="The address that the internet sees.")
    ip_list: tuple[Ip, ...] = ()
    owner: User | None = None
    exposure_level: Text | None = None
    health: Text | None = None
    tags: tuple[Text, ...] = ()
    logged_on_users: tuple[Text, ...] = ()
    is_trusted: Boolean | None = None
    is_compliant: Boolean | None = None
    last_seen_time: Timestamp | None = None
    instance_uid: Text | None = Field(default=None, description="The id of the virtual machine in its cloud.")
    criticality: Text | None = Field(default=None, description="What it is worth to the organization.")
    location: Text | None = Field(default=None, description="Where it stands: the site, or the zone there.")


class NetworkInterface(Model):
    """OCSF `network_interface`."""

    name: Text | None = None
    type: Text | None = None
    mac: Text | None = None
    vendor: Text | None = None
    status: Text | None = None
    tunnel: Text | None = None
    ips: tuple[Text, ...] = ()
    dns: tuple[Text, ...] = ()
    gateways: tuple[Text, ...] = ()
    dhcp4: Ip | None = None
    dhcp6: Ip | None = None
    networks: tuple[Text, ...] = ()
