"""The company's subscription: where its machines and other resources stand."""

from __future__ import annotations

import random
from typing import Any

from siemcast_lab.generator.clock import Clock
from siemcast_lab.generator.tenant import Device, Tenant

Object = dict[str, Any]
_GROUPS = ("rg-web", "rg-payments", "rg-hr")


class Subscription:
    """Names the resources of one subscription."""

    def __init__(self, dice: random.Random, company: Tenant, clock: Clock) -> None:
        self._dice = dice
        self._tenant = company
        self._clock = clock
        self._subscription = f"{company.id[:8]}-1111-4222-8333-{company.id[-12:]}"

    def _device(self) -> Device:
        return self._dice.choice(self._tenant.devices)

    def _machine(self, device: Device) -> str:
        return self._resource("Microsoft.Compute/virtualMachines", short(device))

    def _resource(self, kind: str, name: str) -> str:
        group = _GROUPS[len(name) % len(_GROUPS)]
        return f"/subscriptions/{self._subscription}/resourceGroups/{group}/providers/{kind}/{name}"


def short(device: Device) -> str:
    """Give a device's name without its domain."""
    return device.name.partition(".")[0]
