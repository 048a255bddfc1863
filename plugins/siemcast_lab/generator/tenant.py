"""An invented small company: its devices, its people, and the programs that run there."""

from __future__ import annotations

import random
from dataclasses import dataclass
from hashlib import md5, sha1, sha256
from uuid import UUID

DOMAIN = "contoso.example"
_NAMES = (
    "ada.lindqvist", "bruno.moreau", "chidi.okafor", "dana.petrov", "elif.kaya", "farid.haddad", "greta.olsen",
    "hugo.santos", "ines.ferrari", "jonas.becker", "kavya.nair", "liam.walsh", "mei.tanaka", "nora.kowalska",
    "omar.rahman", "paula.jimenez",
)  # fmt: skip  # a list of names
_SITES = ("ber", "lis", "osl", "sgp")
_OS = (("Windows11", "22631", "23H2"), ("Windows10", "19045", "22H2"), ("WindowsServer2022", "20348", "21H2"))


@dataclass(frozen=True, slots=True)
class User:
    """A person's account."""

    name: str
    sid: str
    object_id: str

    @property
    def upn(self) -> str:
        return f"{self.name}@{DOMAIN}"


@dataclass(frozen=True, slots=True)
class Program:
    """A program's file: the same bytes, so the same hashes, wherever it runs."""

    name: str
    folder: str
    line: str
    company: str = "Microsoft Corporation"
    product: str = "Microsoft® Windows® Operating System"
    description: str = ""

    @property
    def path(self) -> str:
        return f"{self.folder}\\{self.name}"

    @property
    def md5(self) -> str:
        return md5(self.path.encode(), usedforsecurity=False).hexdigest()

    @property
    def sha1(self) -> str:
        return sha1(self.path.encode(), usedforsecurity=False).hexdigest()

    @property
    def sha256(self) -> str:
        return sha256(self.path.encode()).hexdigest()

    @property
    def size(self) -> int:
        return 20_000 + int(self.md5[:5], 16)


@dataclass(frozen=True, slots=True)
class Device:
    """A machine in the fleet."""

    id: str
    name: str
    entra_id: str
    ip: str
    os: str
    build: str
    version: str
    owner: User


_SYSTEM32 = "C:\\Windows\\System32"
SVCHOST = Program("svchost.exe", _SYSTEM32, "svchost.exe -k netsvcs -p -s Schedule", description="Host Process")
EXPLORER = Program("explorer.exe", "C:\\Windows", "C:\\Windows\\Explorer.EXE", description="Windows Explorer")
SERVICES = Program("services.exe", _SYSTEM32, "services.exe", description="Services and Controller app")
POWERSHELL = Program(
    "powershell.exe",
    f"{_SYSTEM32}\\WindowsPowerShell\\v1.0",
    "powershell.exe -NoProfile -ExecutionPolicy Bypass -enc SQBFAFgAIAAoAE4AZQB3AC0ATwBiAGoAZQBjAHQAKQA=",
    description="Windows PowerShell",
)
_OFFICE = "C:\\Program Files\\Microsoft Office\\root\\Office16"
_EDGE = "C:\\Program Files (x86)\\Microsoft\\Edge\\Application"
WINWORD = Program(
    "WINWORD.EXE",
    _OFFICE,
    f'"{_OFFICE}\\WINWORD.EXE" /n "C:\\Users\\Public\\Downloads\\invoice 4711.docm"',
    product="Microsoft Office",
    description="Microsoft Word",
)
RUNDLL32 = Program(
    "rundll32.exe", _SYSTEM32, "rundll32.exe C:\\ProgramData\\upd.dll,Start", description="Windows host process"
)
EVERYDAY = (
    SVCHOST,
    EXPLORER,
    Program("taskhostw.exe", _SYSTEM32, "taskhostw.exe Logon", description="Host Process for Windows Tasks"),
    Program(
        "msedge.exe",
        _EDGE,
        f'"{_EDGE}\\msedge.exe" --type=renderer --lang=en-GB --field-trial=81',
        product="Microsoft Edge",
        description="Microsoft Edge",
    ),
    Program(
        "Teams.exe",
        "C:\\Program Files\\WindowsApps\\MSTeams_8wekyb3d8bbwe",
        '"C:\\Program Files\\WindowsApps\\MSTeams_8wekyb3d8bbwe\\ms-teams.exe" -autostarted',
        product="Microsoft Teams",
        description="Microsoft Teams",
    ),
    Program("conhost.exe", _SYSTEM32, "\\??\\C:\\Windows\\system32\\conhost.exe 0x4", description="Console Host"),
    Program(
        "MsMpEng.exe",
        "C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18.2",
        '"MsMpEng.exe"',
        description="Antimalware Service Executable",
    ),
)


@dataclass(frozen=True, slots=True)
class Tenant:
    """The company as one Entra tenant."""

    id: str
    users: tuple[User, ...]
    devices: tuple[Device, ...]


def tenant(dice: random.Random) -> Tenant:
    """Invent a tenant: the same for the same dice."""
    users = tuple(User(name, f"S-1-5-21-{_sid(dice)}-{1100 + at}", guid(dice)) for at, name in enumerate(_NAMES))
    devices = tuple(_device(dice, at, users[at % len(users)]) for at in range(24))
    return Tenant(guid(dice), users, devices)


def guid(dice: random.Random) -> str:
    """Invent a GUID."""
    return str(UUID(int=dice.getrandbits(128), version=4))


def _device(dice: random.Random, at: int, owner: User) -> Device:
    system, build, version = _OS[2 if at % 6 == 5 else at % 2]
    name = f"{_SITES[at % len(_SITES)]}-{'srv' if at % 6 == 5 else 'ws'}{at:02}.{DOMAIN}"
    ip = f"10.{at % 4 + 20}.{dice.randrange(1, 250)}.{dice.randrange(2, 250)}"
    return Device(f"{dice.getrandbits(160):040x}", name, guid(dice), ip, system, build, version, owner)


def _sid(dice: random.Random) -> str:
    return "-".join(str(dice.randrange(10**8, 4 * 10**9)) for _ in range(3))
