"""Findings: alerts and incidents, the attacks they speak of, and their evidence."""

from pydantic import Field

from siemcast.schema.model.posture import Graph
from siemcast.schema.model.product import Product
from siemcast.schema.model.types import Integer, Model, Text, Timestamp


class Analytic(Model):
    """OCSF `analytic`: the detector that raised the finding."""

    uid: Text | None = None
    name: Text | None = None
    type: Text | None = None


class FindingInfo(Model):
    """OCSF `finding_info`, with what an incident says of itself."""

    uid: Text | None = None
    title: Text | None = None
    desc: Text | None = None
    types: tuple[Text, ...] = ()
    src_url: Text | None = Field(default=None, description="Where the portal shows it.")
    created_time: Timestamp | None = None
    modified_time: Timestamp | None = None
    first_seen_time: Timestamp | None = None
    last_seen_time: Timestamp | None = None
    resolved_time: Timestamp | None = None
    data_sources: tuple[Text, ...] = ()
    analytic: Analytic | None = None
    product: Product | None = None
    attack_graph: Graph | None = None
    related_events: tuple[Text, ...] = Field(default=(), description="Ids of the alerts of an incident.")
    incident_uid: Text | None = None
    classification: Text | None = None
    determination: Text | None = None
    remediation: Text | None = None
    threat_family: Text | None = None
    threat_name: Text | None = None
    detection_status: Text | None = None
    redirect_uid: Text | None = Field(default=None, description="The incident that this one was merged into.")
    tags: tuple[Text, ...] = ()


class Tactic(Model):
    """OCSF `tactic`: MITRE's."""

    name: Text | None = None
    uid: Text | None = None


class Technique(Model):
    """OCSF `technique`: MITRE's, sub-techniques by their whole id (`T1059.001`)."""

    name: Text | None = None
    uid: Text | None = None


class Attack(Model):
    """OCSF `attack`."""

    tactic: Tactic | None = None
    technique: Technique | None = None
    sub_technique: Technique | None = None


class Malware(Model):
    """OCSF `malware`."""

    name: Text | None = None
    actor: Text | None = Field(default=None, description="The group that is known to use it.")
    classifications: tuple[Text, ...] = ()


class Campaign(Model):
    """OCSF `campaign`: mails that belong together."""

    name: Text | None = None
    uid: Text | None = None
    type: Text | None = None
    subtype: Text | None = None


class Remediation(Model):
    """OCSF `remediation`: what would mend it."""

    desc: Text | None = None
    references: tuple[Text, ...] = ()


class Evidences(Model):
    """OCSF `evidences`, of which OCSF holds a list; here it is what is said of all evidence together."""

    types: tuple[Text, ...] = ()
    role: Text | None = None
    direction: Text | None = None
    count: Integer | None = None
    verdict: tuple[Text, ...] = ()
    remediation_status: tuple[Text, ...] = ()
    tags: tuple[Text, ...] = ()
