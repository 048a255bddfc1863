"""What is weak about a machine or a cloud: vulnerabilities, the packages they are in, and rules that are not kept."""

from pydantic import Field

from siemcast.schema.model.types import Boolean, Model, Number, Text, Timestamp


class Cvss(Model):
    """OCSF `cvss`."""

    base_score: Number | None = None
    vector_string: Text | None = None
    version: Text | None = None


class Cwe(Model):
    """OCSF `cwe`."""

    uid: Text | None = None


class Cve(Model):
    """OCSF `cve`."""

    uid: Text | None = Field(default=None, description="`CVE-2026-12345`.")
    desc: Text | None = None
    tags: tuple[Text, ...] = ()
    title: Text | None = None
    created_time: Timestamp | None = None
    modified_time: Timestamp | None = None
    references: tuple[Text, ...] = ()
    cvss: tuple[Cvss, ...] = ()
    related_cwes: tuple[Cwe, ...] = ()


class AffectedPackage(Model):
    """OCSF `affected_package`: the software that has the weakness."""

    name: Text | None = None
    vendor_name: Text | None = None
    version: Text | None = None
    fixed_in_version: Text | None = None
    path: Text | None = None


class KbArticle(Model):
    """OCSF `kb_article`: the update that mends it."""

    uid: Text | None = None
    title: Text | None = None
    src_url: Text | None = None


class Vulnerability(Model):
    """OCSF `vulnerability`."""

    title: Text | None = None
    desc: Text | None = None
    severity: Text | None = None
    category: Text | None = None
    cve: Cve | None = None
    affected_packages: tuple[AffectedPackage, ...] = ()
    kb_article_list: tuple[KbArticle, ...] = ()
    references: tuple[Text, ...] = ()
    exploit_type: Text | None = Field(default=None, description="How far an exploit is known, in Microsoft's word.")
    is_exploit_available: Boolean | None = None
    is_fix_available: Boolean | None = None
    first_seen_time: Timestamp | None = None
    last_seen_time: Timestamp | None = None


class Assessment(Model):
    """OCSF `assessment`, and how many resources came out in which way."""

    name: Text | None = None
    category: Text | None = None
    passed: Number | None = None
    failed: Number | None = None
    skipped: Number | None = None


class Compliance(Model):
    """OCSF `compliance`, with the score that Microsoft gives for it."""

    standards: tuple[Text, ...] = ()
    control: Text | None = None
    requirements: tuple[Text, ...] = ()
    category: Text | None = None
    desc: Text | None = None
    status: Text | None = None
    status_detail: Text | None = None
    assessments: Assessment | None = None
    score: Number | None = None
    max_score: Number | None = None
    percentage: Number | None = Field(default=None, description="Of 1: 0.75 is three quarters.")


class Node(Model):
    """OCSF `node`: a resource on a path."""

    uid: Text | None = None
    name: Text | None = None
    type: Text | None = None


class Edge(Model):
    """OCSF `edge`: how an attacker comes from one node to another."""

    relation: Text | None = None
    source: Text | None = None
    target: Text | None = None


class Graph(Model):
    """OCSF `graph`: the ways that an attacker could take."""

    uid: Text | None = None
    desc: Text | None = None
    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    entry: Text | None = Field(default=None, description="The node where the path begins.")
    target: Text | None = Field(default=None, description="The node where it ends.")
