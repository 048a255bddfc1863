"""The network: its ends, connections, names, web requests and mail."""

from pydantic import Field

from siemcast.schema.model.file import File
from siemcast.schema.model.types import Boolean, Integer, Ip, Model, Text, Timestamp


class Location(Model):
    """OCSF `location`."""

    country: Text | None = None
    city: Text | None = None
    desc: Text | None = None
    isp: Text | None = None
    region: Text | None = None
    lat: Text | None = None
    long: Text | None = None


class Endpoint(Model):
    """OCSF `network_endpoint`."""

    ip: Ip | None = None
    port: Integer | None = None
    hostname: Text | None = None
    domain: Text | None = None
    mac: Text | None = None
    uid: Text | None = None
    type: Text | None = None
    ip_type: Text | None = Field(default=None, description="Public, private, loopback and so on, in Microsoft's words.")
    location: Location | None = None
    isp: Text | None = None
    is_proxy: Boolean | None = Field(default=None, description="Whether it hides who is behind it.")


class ConnectionInfo(Model):
    """OCSF `network_connection_info`."""

    protocol_name: Text | None = None
    direction: Text | None = None
    uid: Text | None = None
    state: Text | None = None


class DnsQuery(Model):
    """OCSF `dns_query`."""

    hostname: Text | None = None
    type: Text | None = None
    class_: Text | None = Field(default=None, alias="class")


class DnsAnswer(Model):
    """OCSF `dns_answer`."""

    rdata: Text | None = None
    ttl: Text | None = None
    flags: tuple[Text, ...] = ()


class Url(Model):
    """OCSF `url`."""

    url_string: Text | None = None
    hostname: Text | None = None
    domain: Text | None = None
    path: Text | None = None


class HttpRequest(Model):
    """OCSF `http_request`."""

    user_agent: Text | None = None
    http_method: Text | None = None
    uid: Text | None = None
    version: Text | None = None


class HttpResponse(Model):
    """OCSF `http_response`."""

    code: Integer | None = None
    message: Text | None = None
    body_length: Integer | None = None


class Email(Model):
    """OCSF `email`."""

    from_: Text | None = Field(default=None, alias="from", description="The sender that the reader sees.")
    smtp_from: Text | None = Field(default=None, description="The sender of the envelope.")
    to: tuple[Text, ...] = ()
    cc: tuple[Text, ...] = ()
    subject: Text | None = None
    message_uid: Text | None = Field(default=None, description="The Message-ID, which the sender gave.")
    uid: Text | None = None
    internal_uid: Text | None = Field(default=None, description="The network message id, which Microsoft gave.")
    direction: Text | None = None
    delivered_to: tuple[Text, ...] = ()
    delivered_time: Timestamp | None = None
    from_name: Text | None = None
    from_domain: Text | None = None
    sender_ip: Ip | None = None
    sender_ip_alt: Ip | None = Field(default=None, description="Its IPv6 address, where both kinds have a column.")
    size: Integer | None = Field(default=None, description="In bytes.")
    files: tuple[File, ...] = ()
    urls: tuple[Url, ...] = ()
    language: Text | None = None
    attachment_count: Integer | None = None
    url_count: Integer | None = None
    delivery_action: Text | None = None
    location: Text | None = Field(default=None, description="The folder that it was delivered to.")
    latest_action: Text | None = Field(default=None, description="What was done last, after delivery too.")
    latest_location: Text | None = Field(default=None, description="Where it was last.")
    action: Text | None = Field(default=None, description="What filters, policies and users did with it.")
    detection_methods: Text | None = None
    from_uid: Text | None = Field(default=None, description="The sender's object id in Entra.")
    to_uid: Text | None = Field(default=None, description="The recipient's object id in Entra.")
    cluster_uid: Text | None = Field(default=None, description="The group of mails that are alike.")
    count: Integer | None = Field(default=None, description="How many mails such a group has.")
    submission_uid: Text | None = Field(default=None, description="What a user's report of it is known by.")
    submitter: Text | None = None
    thread_uid: Text | None = Field(default=None, description="The chat or channel of a Teams message.")
    thread_name: Text | None = None
    parent_uid: Text | None = Field(default=None, description="The message that it answers.")


class EmailAuth(Model):
    """OCSF `email_auth`: what the checks of the sender said."""

    spf: Text | None = None
    dkim: Text | None = None
    dmarc: Text | None = None
    comp_auth: Text | None = Field(default=None, description="Microsoft's own, of all together.")
