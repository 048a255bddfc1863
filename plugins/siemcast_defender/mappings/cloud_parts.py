"""Takes the nested columns of Defender for Cloud and Azure apart: resource ids, objects, lists, vulnerabilities, paths.

Microsoft spells the same name in several cases from product to product, so parts are named in lower case. Each function
takes whatever stands in the column; what it cannot read has no parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from siemcast.schema.convert import given
from siemcast.schema.mapping import NOTHING
from siemcast_defender.mappings.expand import Parts, json_of

DEEPEST = 8
"""How many objects within objects are looked into; what is deeper stays whole."""
_MACHINES = frozenset({
    "microsoft.compute/virtualmachines", "microsoft.hybridcompute/machines", "microsoft.classiccompute/virtualmachines",
})  # fmt: skip  # a list of words
_SEGMENT = re.compile(r"/([^/]+)/([^/]+)")
_TECHNIQUE = re.compile(r"T\d{4}(?:\.\d{3})?")
_ARN = re.compile(r"arn:[^:]*:([^:]*):([^:]*):(\d*):(.*)")
_CVE = re.compile(r"CVE-\d{4}-\d{4,}")
_VECTOR = re.compile(r"CVSS:(\d\.\d)/")


def folded(value: Any) -> Mapping[str, Any]:
    """Give an object with its names in lower case; of two that differ in case alone the first that has a value."""
    if not isinstance(value, dict):
        return NOTHING
    found: Parts = {}
    for name, inner in value.items():
        low = name.lower()
        if low not in found or not given(found[low]):
            found[low] = inner
    return found


def inner(value: Any) -> Mapping[str, Any]:
    """Give the values of an object (JSON text or not), those of objects within it by dotted names."""
    parts: Parts = {}
    for name, found in _leaves(json_of(value), "", DEEPEST):
        parts.setdefault(name, found)
    return parts


def links(value: Any) -> Mapping[str, Any]:
    """Give the links of an object; Microsoft writes those into its portal without `https://`."""
    found = {name: link for name, link in inner(value).items() if isinstance(link, str)}
    return {name: link if "://" in link else f"https://{link}" for name, link in found.items()}


def resource(value: Any) -> Mapping[str, Any]:
    """Take the id of a cloud resource apart: provider, account, group, type, name, and `machine` where it is one."""
    if not isinstance(value, str):
        return NOTHING
    if value.startswith("/"):
        return _azure(value)
    if arn := _ARN.match(value):
        service, region, account, name = arn.groups()
        return {"provider": "aws", "type": service, "region": region, "subscription": account, "name": name}
    if value.startswith("//") or "googleapis.com/" in value:
        return {"provider": "gcp", "name": value.rpartition("/")[2]}
    return NOTHING


def machine_of(uid: Any) -> str:
    """Give the machine's name where a resource is one, else nothing."""
    return str(resource(uid).get("machine", ""))


def _azure(value: str) -> Mapping[str, Any]:
    """Take `/subscriptions/S/resourceGroups/G/providers/P/TYPE/NAME...` apart, up to what a product hangs behind it."""
    own, _, behind = value.partition("/providers/")
    own_type, _, _ = behind.lower().partition("/providers/")
    parts: Parts = {"provider": "azure"}
    for name, found in _SEGMENT.findall(own):
        parts[{"subscriptions": "subscription", "resourcegroups": "group"}.get(name.lower(), name.lower())] = found
    if behind and not own_type.startswith("microsoft.security/"):
        steps = behind[: len(own_type)].split("/")
        parts["type"] = "/".join([steps[0], *steps[1::2]])
        if len(steps) > 2:
            parts["name"] = steps[-1]
            if parts["type"].lower() in _MACHINES:
                parts["machine"] = steps[-1]
    if location := re.search(r"/locations/([^/]+)", value, re.IGNORECASE):
        parts["region"] = location[1]
    return parts


def compliance(value: Any) -> Mapping[str, Any]:
    """Give what the id of a regulatory-compliance object names: its standard, control and assessment."""
    if not isinstance(value, str):
        return NOTHING
    parts: Parts = dict(resource(value))
    for name, found in re.findall(r"/regulatorycompliance(standard|control|assessment)s/([^/]+)", value, re.IGNORECASE):
        parts[name.lower()] = found
    return parts


def lines(value: Any) -> Mapping[str, Any]:
    """Give the texts of a list as one text, a line each."""
    texts = [item for item in value if isinstance(item, str) and item] if isinstance(value, list) else [value]
    return {"text": "\n".join(texts)} if texts and all(isinstance(text, str) for text in texts) else NOTHING


def words(value: Any) -> Mapping[str, Any]:
    """Give the words of a list, or of a text that separates them by commas."""
    found = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else []
    return {"items": [word.strip() for word in found if isinstance(word, str) and word.strip()]}


def mitre(value: Any) -> Mapping[str, Any]:
    """Give the ids of MITRE techniques, wherever they stand in the value."""
    found = [match for text in _texts(json_of(value) or value) for match in _TECHNIQUE.findall(text)]
    return {"ids": list(dict.fromkeys(found))} if found else NOTHING


def resources(value: Any) -> Parts:
    """Give what an alert's ResourceIdentifiers name: the resource of a cloud, its tenant, the workspace and agent."""
    parts: Parts = {}
    for one in value if isinstance(value, list) else []:
        own = folded(one)
        found = own.get("azureresourceid") or own.get("awsresourceid") or own.get("gcpresourceid")
        if isinstance(found, str) and found:
            for name, part in {"id": found, **resource(found)}.items():
                parts.setdefault(name, part)
        for name in ("workspaceid", "agentid"):
            if given(own.get(name)):
                parts.setdefault(name, own[name])
        tenant = own.get("azureresourcetenantid") or own.get("aadtenantid")
        if given(tenant):
            parts.setdefault("tenant", tenant)
    return parts


def vulnerability(value: Any) -> Parts:
    """Give what a sub-assessment's AdditionalData says of a weakness, in any generation of Microsoft's names for it."""
    data = inner(value)
    parts: Parts = {}
    for part, names in _VULNERABILITY.items():
        found = next((data[name] for name in names if given(data.get(name))), None)
        if found is not None:
            parts[part] = found
    scores = {name: score for name, score in data.items() if ".base" in name and "cvss" in name and given(score)}
    if scores and "score" not in parts:
        newest = max(scores)
        parts["score"] = scores[newest]
        parts["score_version"] = ".".join(re.findall(r"\d+", newest)[:2])
        parts.setdefault("vector", data.get(newest.removesuffix(".base") + ".cvssvectorstring"))
    if isinstance(parts.get("vector"), str) and (version := _VECTOR.match(parts["vector"])):
        parts.setdefault("score_version", version[1])
    cves = [match for text in _texts([parts.get("cve"), data.get("cve")]) for match in _CVE.findall(text)]
    if cves:
        parts["cves"] = list(dict.fromkeys(cves))
    links = [folded(one).get("link") for name in ("references", "vendorreferences") for one in _list(parts.get(name))]
    links += [folded(one).get("link") for one in _list(data.get("cve"))]
    parts["links"] = [link for link in dict.fromkeys(link for link in links if isinstance(link, str)) if link]
    parts["cwes"] = [
        uid for one in _list(data.get("vulnerabilitydetails.weaknesses.cwe")) if (uid := folded(one).get("id"))
    ]
    return parts


_VULNERABILITY: Mapping[str, tuple[str, ...]] = {
    "cve": ("vulnerabilitydetails.cveid", "cveid"),
    "score": ("cvssv30score",),
    "vector": ("vulnerabilitydetails.cvss.3.0.cvssvectorstring",),
    "severity": ("vulnerabilitydetails.severity",),
    "published": ("vulnerabilitydetails.publisheddate", "publishedtime"),
    "modified": ("vulnerabilitydetails.lastmodifieddate",),
    "references": ("vulnerabilitydetails.references",),
    "vendorreferences": ("vendorreferences",),
    "patchable": ("patchable", "softwaredetails.fixstatus"),
    "package": ("softwaredetails.packagename", "softwarename"),
    "version": ("softwaredetails.version", "softwareversion"),
    "vendor": ("softwaredetails.vendor", "softwarevendor"),
    "fixed": ("softwaredetails.fixedversion",),
    "os": ("softwaredetails.osdetails.osplatform", "imagedetails.os"),
    "os_version": ("softwaredetails.osdetails.osversion", "imagedetails.osdetails"),
    "digest": ("artifactdetails.digest", "imagedigest"),
    "repository": ("artifactdetails.repositoryname", "repositoryname"),
    "registry": ("artifactdetails.registryhost", "registryhost"),
    "kind": ("assessedresourcetype",),
    "threat": ("threat",),
    "exploit": ("vulnerabilitydetails.exploitabilityassessment.types",),
}
"""By part: where it stands, the newer generation first."""


def graph(value: Any) -> Parts:
    """Give the nodes and edges of an attack path, each list in one order; names of a resource are its id's last."""
    data = json_of(value)
    parts: Parts = {}
    for one in [item for step in _steps(data) for item in step]:
        own = folded(one)
        begins, ends = _first(own, _SOURCES), _first(own, _TARGETS)
        if begins and ends:
            _add(
                parts,
                {
                    "source": begins,
                    "target": ends,
                    "relation": _first(own, ("type", "connectiontype", "relation")) or "",
                },
            )
        elif uid := _first(own, _NODES):
            name = _first(own, ("entityname", "name", "displayname", "resourcename")) or _last(uid)
            _add(parts, {"uid": uid, "name": name, "type": _first(own, ("entitytype", "type", "resourcetype"))})
    return parts


_SOURCES = ("sourceentityinternalid", "source", "sourceid", "from")
_TARGETS = ("targetentityinternalid", "target", "targetid", "to")
_NODES = ("entityinternalid", "entityid", "resourceid", "id", "nodeid")


def _steps(data: Any) -> Iterator[list[Any]]:
    if isinstance(data, list):
        yield data
    for name in ("entities", "connections", "nodes", "edges"):
        found = folded(data).get(name)
        if isinstance(found, list):
            yield found


def _add(parts: Parts, found: Mapping[str, Any]) -> None:
    for name, value in found.items():
        parts.setdefault(name, []).append(value)


def _first(own: Mapping[str, Any], names: tuple[str, ...]) -> str:
    return next((own[name] for name in names if isinstance(own.get(name), str) and own[name]), "")


def _last(uid: str) -> str:
    return uid.rstrip("/").rpartition("/")[2]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _leaves(value: Any, prefix: str, deep: int) -> Iterator[tuple[str, Any]]:
    if not isinstance(value, Mapping):
        return
    for name, found in value.items():
        whole = f"{prefix}{name.lower()}"
        if isinstance(found, Mapping) and deep > 1:
            yield from _leaves(found, whole + ".", deep - 1)
        elif given(found):
            yield whole, found


def _texts(value: Any, deep: int = DEEPEST) -> Iterator[str]:
    """Give every text in a value, names of objects too."""
    if isinstance(value, str):
        yield value
    elif deep and isinstance(value, Mapping):
        for name, found in value.items():
            yield name
            yield from _texts(found, deep - 1)
    elif deep and isinstance(value, list):
        for found in value:
            yield from _texts(found, deep - 1)
