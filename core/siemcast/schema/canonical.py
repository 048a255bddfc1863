"""The canonical paths: what siemcast can say of an event, object by object, in the names of OCSF 1.8.

Mappings are written against these paths (`column -> path`, `path -> field`), and `where` accepts them. An attribute is
a type, or the name of another object. Two things are shorter here than in OCSF, where both are lists of objects:
`hashes.sha256` selects a fingerprint by its algorithm, and `attacks.technique.uid` speaks of any technique.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

TYPES = frozenset({"text", "integer", "boolean", "timestamp", "ip", "json"})

OBJECTS: Mapping[str, Mapping[str, str]] = {
    "event": {
        "time": "timestamp", "start_time": "timestamp", "end_time": "timestamp", "activity_name": "text",
        "message": "text", "severity": "text", "status": "text", "status_detail": "text", "comment": "text",
        "confidence": "text", "disposition": "text", "verdict": "text", "is_alert": "boolean",
        "logon_type": "text", "is_remote": "boolean", "auth_protocol": "text", "direction": "text",
        "metadata": "metadata", "device": "device", "actor": "actor", "process": "process", "user": "user",
        "file": "file", "module": "module", "reg_key": "reg_key", "reg_value": "reg_value",
        "prev_reg_key": "reg_key", "prev_reg_value": "reg_value", "src_endpoint": "endpoint",
        "dst_endpoint": "endpoint", "connection_info": "connection_info", "query": "dns_query", "answers": "dns_answer",
        "rcode": "text", "email": "email", "url": "url", "finding_info": "finding_info", "attacks": "attack",
        "malware": "malware", "cloud": "cloud", "resource": "resource", "app": "product", "evidences": "evidences",
        "assignee": "user", "certificate": "certificate", "network_interface": "network_interface",
        "api": "api", "http_request": "http_request", "job": "job", "share": "text", "unmapped": "json",
    },
    "metadata": {
        "uid": "text", "version": "text", "modified_time": "timestamp", "logged_time": "timestamp",
        "tenant_uid": "text", "log_name": "text", "event_code": "text", "correlation_uid": "text", "labels": "text",
        "product": "product",
    },
    "product": {"name": "text", "uid": "text", "vendor_name": "text", "version": "text", "feature": "feature"},
    "feature": {"name": "text", "uid": "text", "version": "text"},
    "device": {
        "hostname": "text", "uid": "text", "uid_alt": "text", "name": "text", "domain": "text", "ip": "ip",
        "mac": "text", "type": "text", "subtype": "text", "model": "text", "vendor_name": "text", "os": "os",
        "region": "text",
        "hw_info": "hardware", "groups": "group", "risk_level": "text", "agent": "agent", "is_managed": "boolean",
        "first_seen_time": "timestamp", "last_ip": "ip", "external_ip": "ip", "ip_list": "ip", "owner": "user",
        "exposure_level": "text", "health": "text", "tags": "text", "logged_on_users": "text", "is_trusted": "boolean",
    },
    "agent": {"name": "text", "type": "text", "version": "text", "status": "text"},
    "hardware": {"cpu_architecture": "text", "serial_number": "text", "uuid": "text"},
    "group": {"name": "text", "uid": "text"},
    "os": {
        "name": "text", "type": "text", "version": "text", "build": "text", "edition": "text", "sp_name": "text",
    },
    "actor": {"process": "process", "user": "user", "app_name": "text", "session": "session"},
    "session": {"uid": "text", "is_remote": "boolean", "terminal": "text", "host": "text", "ip": "ip"},
    "process": {
        "pid": "integer", "uid": "text", "name": "text", "path": "text", "cmd_line": "text",
        "created_time": "timestamp", "integrity": "text", "elevation": "text", "working_directory": "text",
        "file": "file", "user": "user",
        "session": "session", "parent_process": "process",
    },
    "user": {
        "name": "text", "uid": "text", "uid_alt": "text", "domain": "text", "email_addr": "text", "full_name": "text",
        "display_name": "text", "type": "text", "credential_uid": "text", "is_admin": "boolean", "risk_level": "text",
        "groups": "group", "department": "text", "title": "text", "city": "text", "country": "text",
    },
    "file": {
        "name": "text", "path": "text", "parent_folder": "text", "size": "integer", "type": "text", "mime_type": "text",
        "hashes": "hashes", "signature": "signature", "origin": "file_origin", "company_name": "text",
        "desc": "text", "product": "product", "original_name": "text", "internal_name": "text", "version": "text",
        "previous_name": "text", "previous_folder": "text", "confidentiality": "text", "sub_confidentiality": "text",
        "is_encrypted": "boolean", "uid": "text", "share": "text",
    },
    "file_origin": {"url": "text", "referrer_url": "text", "ip": "ip"},
    "hashes": {"md5": "text", "sha1": "text", "sha256": "text"},
    "signature": {
        "status": "text", "type": "text", "is_signed": "boolean", "is_trusted": "boolean", "certificate": "certificate",
    },
    "certificate": {
        "subject": "text", "issuer": "text", "serial_number": "text", "created_time": "timestamp",
        "expiration_time": "timestamp", "countersigned_time": "timestamp", "fingerprint": "text",
        "issuer_fingerprint": "text", "is_root_microsoft": "boolean", "crl_urls": "text",
    },
    "module": {"file": "file", "load_type": "text", "function_name": "text"},
    "reg_key": {"path": "text", "hive": "text"},
    "reg_value": {"path": "text", "name": "text", "type": "text", "data": "text"},
    "endpoint": {
        "ip": "ip", "port": "integer", "hostname": "text", "domain": "text", "mac": "text", "uid": "text",
        "type": "text", "ip_type": "text", "location": "location", "isp": "text",
    },
    "location": {"country": "text", "city": "text", "desc": "text", "isp": "text"},
    "connection_info": {"protocol_name": "text", "direction": "text", "uid": "text", "state": "text"},
    "dns_query": {"hostname": "text", "type": "text", "class": "text"},
    "dns_answer": {"rdata": "text", "ttl": "text", "flags": "text"},
    "email": {
        "from": "text", "smtp_from": "text", "to": "text", "cc": "text", "subject": "text", "message_uid": "text",
        "uid": "text", "internal_uid": "text", "direction": "text", "delivered_to": "text", "from_name": "text",
        "from_domain": "text", "sender_ip": "ip", "size": "integer", "files": "file", "urls": "url", "language": "text",
        "attachment_count": "integer", "url_count": "integer", "delivery_action": "text", "location": "text",
    },
    "url": {"url_string": "text", "hostname": "text", "domain": "text"},
    "finding_info": {
        "uid": "text", "title": "text", "desc": "text", "types": "text", "src_url": "text", "created_time": "timestamp",
        "modified_time": "timestamp", "first_seen_time": "timestamp", "last_seen_time": "timestamp",
        "resolved_time": "timestamp", "data_sources": "text", "analytic": "analytic", "product": "product",
        "related_events": "text", "incident_uid": "text", "classification": "text", "determination": "text",
        "remediation": "text", "threat_family": "text", "threat_name": "text", "detection_status": "text",
        "redirect_uid": "text", "tags": "text",
    },
    "analytic": {"uid": "text", "name": "text", "type": "text"},
    "attack": {"tactic": "tactic", "technique": "technique"},
    "tactic": {"name": "text", "uid": "text"},
    "technique": {"name": "text", "uid": "text"},
    "malware": {"name": "text", "actor": "text"},
    "cloud": {"provider": "text", "account": "account", "region": "text"},
    "account": {"uid": "text", "name": "text"},
    "resource": {"uid": "text", "name": "text", "type": "text"},
    "evidences": {"types": "text", "role": "text", "direction": "text", "count": "integer"},
    "network_interface": {
        "name": "text", "type": "text", "mac": "text", "vendor": "text", "status": "text", "tunnel": "text",
        "ips": "text", "dns": "text", "gateways": "text", "dhcp4": "ip", "dhcp6": "ip", "networks": "text",
    },
    "api": {"operation": "text", "service": "text"},
    "http_request": {"user_agent": "text"},
    "job": {"name": "text"},
}  # fmt: skip  # one object reads better as a paragraph than as forty lines

CLASSES = frozenset({
    "base_event", "process_activity", "file_activity", "module_activity", "registry_key_activity",
    "registry_value_activity", "network_activity", "dns_activity", "authentication", "inventory_info",
    "detection_finding", "incident_finding", "email_activity", "api_activity", "scheduled_job_activity",
    "windows_service_activity", "account_change", "user_inventory", "http_activity",
})  # fmt: skip  # as above
"""The OCSF classes that a table's rows, or some of them by their ActionType, belong to."""

ACTIVITIES = frozenset({
    "create", "read", "update", "delete", "rename", "set", "modify", "open", "close", "fail", "listen", "traffic",
    "load", "launch", "terminate", "inject", "logon", "logoff", "query", "collect", "start", "stop", "enable",
    "disable", "send", "scan", "other",
})  # fmt: skip  # as above
"""What happened, in OCSF's words for activity_id over those classes; `other` where a class has no word for it."""


def type_of(path: str) -> str | None:
    """Give the type of a canonical path (`device.os.name` is `text`), or None where there is no such path."""
    kind = "event"
    for name in path.split("."):
        attributes = OBJECTS.get(kind)
        if attributes is None or name not in attributes:
            return None
        kind = attributes[name]
    return kind if kind in TYPES else None


def paths(depth: int = 5) -> Iterator[str]:
    """Give every path up to a depth (a process has a parent process, so there is no end without one)."""
    return _below("event", "", depth)


def nearest(path: str) -> str:
    """Give the canonical path that somebody may have meant, or an empty text."""
    close = get_close_matches(path, list(paths(4)), n=1)
    return close[0] if close else ""


def _below(kind: str, prefix: str, depth: int) -> Iterator[str]:
    for name, child in OBJECTS[kind].items():
        if child in TYPES:
            yield prefix + name
        elif depth > 1:
            yield from _below(child, f"{prefix}{name}.", depth - 1)
