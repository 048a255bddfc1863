"""Invents what Defender for Cloud tells of the company's subscription."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from siemcast_lab.generator.cloud_alerts import CloudAlerts
from siemcast_lab.generator.cloud_findings import CloudFindings
from siemcast_lab.generator.cloud_site import Object


class Cloud(CloudAlerts, CloudFindings):
    """Invents one object at a time."""

    def export(self, count: int) -> Iterator[Object]:
        """Give messages of continuous export, each sort in turn."""
        sorts: tuple[Callable[[], Object], ...] = (
            self.alert,
            self.assessment,
            self.sub_assessment,
            self.score,
            self.control,
            self.compliance,
            self.attack_path,
        )
        return (sorts[at % len(sorts)]() for at in range(count))
