"""Invents what Defender for Cloud finds weak: recommendations, vulnerabilities, scores, compliance, attack paths."""

from __future__ import annotations

from siemcast_lab.generator.cloud_site import Object, Subscription, short
from siemcast_lab.generator.tenant import guid

_RECOMMENDATIONS = (
    ("Machines should have endpoint protection", "Compute", "High", "Install endpoint protection on the machine."),
    ("Storage accounts should forbid public access", "Data", "Medium", "Turn public access of the account off."),
    ("Accounts with write rights should use MFA", "IdentityAndAccess", "High", "Require MFA for these accounts."),
)
_WEAKNESSES = (
    ("CVE-2026-20112", "Use after free in libexpat", "libexpat", "2.5.0", "2.6.1", 9.8, "High"),
    ("CVE-2025-41250", "Path traversal in tar", "tar", "1.34", "1.35", 6.5, "Medium"),
    ("CVE-2025-10030", "Information disclosure in zlib", "zlib", "1.2.11", "1.3", 3.3, "Low"),
)
_STANDARDS = (("Azure-CIS-2.0.0", "1.4", "Ensure that guests are reviewed"), ("PCI-DSS-4", "8.3", "Strong passwords"))


class CloudFindings(Subscription):
    """Invents one finding at a time."""

    def assessment(self) -> Object:
        """Invent a recommendation."""
        title, category, severity, remedy = self._dice.choice(_RECOMMENDATIONS)
        device, key = self._device(), guid(self._dice)
        machine = self._machine(device)
        event = self._enrichment()
        return {
            "assessmentEventDataEnrichment": event,
            "securityEventDataEnrichment": event,
            "tenantId": self._tenant.id,
            "type": "Microsoft.Security/assessments",
            "kind": None,
            "location": None,
            "id": f"{machine}/providers/Microsoft.Security/assessments/{key}",
            "name": key,
            "tags": None,
            "properties": {
                "resourceDetails": {
                    "source": "Azure",
                    "id": machine,
                    "resourceName": short(device),
                    "resourceType": "virtualMachines",
                    "resourceProvider": "Microsoft.Compute",
                },
                "displayName": title,
                "status": {
                    "code": self._dice.choice(("Healthy", "Unhealthy", "NotApplicable")),
                    "cause": "OffByPolicy",
                    "description": "As the policy found it.",
                    "statusChangeDate": self._clock.next(),
                    "firstEvaluationDate": self._clock.before(),
                },
                "additionalData": {
                    "subAssessmentsLink": f"{machine}/providers/Microsoft.Security/assessments/{key}/sub"
                },
                "metadata": {
                    "displayName": title,
                    "assessmentType": "BuiltIn",
                    "policyDefinitionId": f"/providers/Microsoft.Authorization/policyDefinitions/{guid(self._dice)}",
                    "description": f"{title}: else they are an easy way in.",
                    "remediationDescription": remedy,
                    "categories": [category],
                    "severity": severity,
                    "userImpact": "Low",
                    "implementationEffort": "Moderate",
                    "threats": ["accountBreach"],
                },
                "links": {"azurePortal": f"portal.azure.com/#blade/Microsoft_Azure_Security/Recommendation/{key}"},
            },
        }

    def sub_assessment(self) -> Object:
        """Invent a vulnerability that a scan of an image found."""
        cve, title, package, version, fixed, score, severity = self._dice.choice(_WEAKNESSES)
        device, key, number = self._device(), guid(self._dice), str(self._dice.randrange(10**5, 10**6))
        assessment = f"{self._machine(device)}/providers/Microsoft.Security/assessments/{key}"
        event = {"Action": "Write", "ApiVersion": "2019-01-01-preview", "IsSnapshot": False}
        return {
            "$type": "subAssessmentEvent",
            "SubAssessmentEventDataEnrichment": event,
            "SecurityEventDataEnrichment": event,
            "TenantId": self._tenant.id,
            "Type": "Microsoft.Security/assessments/subAssessments",
            "Id": f"{assessment}/subAssessments/{number}",
            "Name": number,
            "Properties": {
                "Id": number,
                "DisplayName": title,
                "Status": {"Code": "Unhealthy", "Severity": severity, "Cause": "", "Description": ""},
                "Remediation": f"Update {package} to {fixed}.",
                "Impact": "An attacker could run code.",
                "Category": "Vulnerability",
                "Description": f"{title} before {fixed}.",
                "TimeGenerated": self._clock.next(),
                "ResourceDetails": {"Source": "Azure", "Id": self._machine(device)},
                "AdditionalData": {
                    "AssessedResourceType": "ServerVulnerability",
                    "Type": "Vulnerability",
                    "Cvss": {"3.0": {"Base": score, "CvssVectorString": "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H"}},
                    "Patchable": True,
                    "PublishedTime": self._clock.before(),
                    "Cve": [{"Title": cve, "Link": f"https://example.invalid/{cve}"}],
                    "SoftwareDetails": {"PackageName": package, "Version": version, "FixedVersion": fixed},
                    "VendorReferences": [{"Title": "advisory", "Link": f"https://example.invalid/{package}"}],
                },
            },
        }

    def score(self) -> Object:
        """Invent the secure score of the subscription."""
        return self._scored("secureScores", "ascScore", "ASC score", 58)

    def control(self) -> Object:
        """Invent the score of one control."""
        return self._scored("secureScores/secureScoreControls", guid(self._dice), "Enable MFA", 10)

    def compliance(self) -> Object:
        """Invent an assessment of regulatory compliance."""
        standard, control, description = self._dice.choice(_STANDARDS)
        scope = f"/subscriptions/{self._subscription}"
        root = f"{scope}/providers/Microsoft.Security/regulatoryComplianceStandards/{standard}"
        key = guid(self._dice)
        failed = self._dice.randrange(3)
        return {
            "regulatoryComplianceEventDataEnrichment": self._enrichment() | {"interval": "1.00:00:00"},
            "securityEventDataEnrichment": self._enrichment(),
            "tenantId": self._tenant.id,
            "type": "Microsoft.Security/regulatoryComplianceStandards/regulatoryComplianceControls/"
            "regulatoryComplianceAssessments",
            "id": f"{root}/regulatoryComplianceControls/{control}/regulatoryComplianceAssessments/{key}",
            "name": key,
            "properties": {
                "description": description,
                "state": "Failed" if failed else "Passed",
                "scope": scope,
                "passedResources": self._dice.randrange(5, 20),
                "failedResources": failed,
                "skippedResources": 0,
                "unsupportedResources": 0,
                "assessmentType": "Assessment",
                "assessmentDetailsLink": f"https://example.invalid/{key}",
            },
        }

    def attack_path(self) -> Object:
        """Invent an attack path in the columns of its table; Microsoft shows no message of the export."""
        device, uid = self._device(), guid(self._dice)
        machine = self._machine(device)
        vault = self._resource("Microsoft.KeyVault/vaults", "kv-payments")
        return {
            "securityEventDataEnrichment": self._enrichment(),
            "tenantId": self._tenant.id,
            "attackPath": {
                "attackPathId": uid,
                "displayName": "Machine open to the internet can read a key vault",
                "description": f"{short(device)} can be reached, and may read secrets.",
                "attackStory": f"From the internet over {short(device)} to kv-payments.",
                "riskLevel": self._dice.choice(("Medium", "High", "Critical")),
                "riskFactors": ["Internet exposure", "Lateral movement"],
                "mitre": {"tactics": ["InitialAccess"], "techniques": ["T1190", "T1552"]},
                "potentialImpact": "Secrets are read.",
                "entrypointId": machine,
                "targetId": vault,
                "path": {
                    "entities": [
                        {"entityInternalID": machine, "entityType": "virtualMachine", "entityName": short(device)},
                        {"entityInternalID": vault, "entityType": "keyVault", "entityName": "kv-payments"},
                    ],
                    "connections": [
                        {"sourceEntityInternalID": machine, "targetEntityInternalID": vault, "type": "canReadSecrets"}
                    ],
                },
                "additionalRemediationSteps": ["Close the port.", "Take the role away."],
            },
        }

    def _scored(self, kind: str, name: str, title: str, most: int) -> Object:
        current = round(self._dice.random() * most, 2)
        scope = f"/subscriptions/{self._subscription}/providers/Microsoft.Security"
        within = "/secureScores/ascScore/secureScoreControls/" if kind.endswith("Controls") else "/secureScores/"
        return {
            "securityEventDataEnrichment": self._enrichment() | {"isSnapshot": True},
            "tenantId": self._tenant.id,
            "type": f"Microsoft.Security/{kind}",
            "id": f"{scope}{within}{name}",
            "name": name,
            "properties": {
                "displayName": title,
                "score": {"max": most, "current": current, "percentage": round(current / most, 4)},
                "weight": self._dice.randrange(10, 400),
                "healthyResourceCount": self._dice.randrange(40),
                "unhealthyResourceCount": self._dice.randrange(40),
                "notApplicableResourceCount": self._dice.randrange(5),
            },
        }

    def _enrichment(self) -> Object:
        return {"action": "Insert", "apiVersion": "2019-01-01", "isSnapshot": False}
