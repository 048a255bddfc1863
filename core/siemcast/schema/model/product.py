"""Who said it: products, their parts, and the metadata of an event."""

from pydantic import Field

from siemcast.schema.model.types import Model, Text, Timestamp


class Feature(Model):
    """OCSF `feature`: the part of a product that made the event."""

    name: Text | None = None
    uid: Text | None = None
    version: Text | None = None


class Product(Model):
    """OCSF `product`."""

    name: Text | None = None
    uid: Text | None = None
    vendor_name: Text | None = None
    version: Text | None = None
    feature: Feature | None = None


class Package(Model):
    """OCSF `package`: software that is installed."""

    name: Text | None = None
    uid: Text | None = None
    vendor_name: Text | None = None
    version: Text | None = None
    type: Text | None = None
    cpe_name: Text | None = None
    path: tuple[Text, ...] = ()
    desc: Text | None = None
    support: Text | None = Field(default=None, description="Whether its vendor supports it still.")
    end_of_support_time: Timestamp | None = None
    risk_level: Text | None = None
    created_time: Timestamp | None = Field(default=None, description="When it was installed.")


class Metadata(Model):
    """OCSF `metadata`: what is said of the event itself."""

    uid: Text | None = None
    original_event_uid: Text | None = Field(default=None, description="What the product itself calls the event.")
    version: Text | None = Field(default=None, description="Version of the OCSF schema, where a record names one.")
    modified_time: Timestamp | None = None
    logged_time: Timestamp | None = Field(default=None, description="When the service wrote the event down.")
    tenant_uid: Text | None = None
    log_name: Text | None = None
    event_code: Text | None = None
    correlation_uid: Text | None = None
    labels: tuple[Text, ...] = ()
    product: Product | None = None
