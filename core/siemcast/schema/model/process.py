"""Processes, those who act through them, and the registry that they change."""

from pydantic import Field

from siemcast.schema.model.file import File
from siemcast.schema.model.identity import Session, User
from siemcast.schema.model.types import Integer, Model, Text, Timestamp


class Process(Model):
    """OCSF `process`."""

    pid: Integer | None = None
    uid: Text | None = Field(default=None, description="Unique on the device, also when the pid comes again.")
    name: Text | None = None
    path: Text | None = None
    cmd_line: Text | None = None
    created_time: Timestamp | None = None
    integrity: Text | None = None
    elevation: Text | None = None
    working_directory: Text | None = None
    file: File | None = None
    user: User | None = None
    session: Session | None = None
    parent_process: "Process | None" = None


class Actor(Model):
    """OCSF `actor`: who acted, as a process, a user or an application."""

    process: Process | None = None
    user: User | None = None
    app_name: Text | None = None
    app_uid: Text | None = None
    session: Session | None = None


class RegKey(Model):
    """OCSF `reg_key`."""

    path: Text | None = None
    hive: Text | None = None


class RegValue(Model):
    """OCSF `reg_value`."""

    path: Text | None = None
    name: Text | None = None
    type: Text | None = None
    data: Text | None = None


class Script(Model):
    """OCSF `script`."""

    name: Text | None = None
    script_content: Text | None = None


class PeripheralDevice(Model):
    """OCSF `peripheral_device`: what is plugged in."""

    name: Text | None = None
    uid: Text | None = None
    class_: Text | None = Field(default=None, alias="class")
    model: Text | None = None
    vendor_name: Text | None = None
    serial_number: Text | None = None


class Job(Model):
    """OCSF `job`: a scheduled task."""

    name: Text | None = None
