"""Files, what identifies them, and who signed them."""

from pydantic import Field

from siemcast.schema.model.product import Product
from siemcast.schema.model.types import Boolean, Integer, Ip, Model, Text, Timestamp


class Hashes(Model):
    """OCSF `fingerprint`, of which OCSF holds a list: here each algorithm is an attribute."""

    md5: Text | None = None
    sha1: Text | None = None
    sha256: Text | None = None


class Certificate(Model):
    """OCSF `certificate`."""

    subject: Text | None = None
    issuer: Text | None = None
    serial_number: Text | None = None
    created_time: Timestamp | None = None
    expiration_time: Timestamp | None = None
    countersigned_time: Timestamp | None = None
    fingerprint: Text | None = None
    issuer_fingerprint: Text | None = None
    is_root_microsoft: Boolean | None = Field(default=None, description="Whether Microsoft's authority is the root.")
    crl_urls: tuple[Text, ...] = ()


class Signature(Model):
    """OCSF `digital_signature`."""

    status: Text | None = None
    type: Text | None = Field(default=None, description="Who signed: the kind of signer in Microsoft's words.")
    is_signed: Boolean | None = None
    is_trusted: Boolean | None = None
    certificate: Certificate | None = None


class FileOrigin(Model):
    """Where a file was downloaded from; OCSF has `file.url` alone."""

    url: Text | None = None
    referrer_url: Text | None = None
    ip: Ip | None = None


class File(Model):
    """OCSF `file`."""

    name: Text | None = None
    path: Text | None = None
    parent_folder: Text | None = None
    size: Integer | None = Field(default=None, description="In bytes.")
    type: Text | None = None
    mime_type: Text | None = None
    hashes: Hashes | None = None
    signature: Signature | None = None
    origin: FileOrigin | None = None
    company_name: Text | None = None
    desc: Text | None = None
    product: Product | None = None
    original_name: Text | None = None
    internal_name: Text | None = None
    version: Text | None = None
    previous_name: Text | None = Field(default=None, description="The name before it was renamed.")
    previous_folder: Text | None = Field(default=None, description="The folder before it was moved.")
    confidentiality: Text | None = Field(default=None, description="The sensitivity label.")
    sub_confidentiality: Text | None = None
    is_encrypted: Boolean | None = None
    uid: Text | None = None
    share: Text | None = None
    created_time: Timestamp | None = None
    modified_time: Timestamp | None = None


class Module(Model):
    """OCSF `module`: a library that a process loads."""

    file: File | None = None
    load_type: Text | None = None
    function_name: Text | None = None
