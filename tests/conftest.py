"""What holds for all tests: properties explore anew on every machine but CI, where a run must be repeatable."""

from __future__ import annotations

import os

from hypothesis import Phase, settings

settings.register_profile("ci", derandomize=True, deadline=None, phases=(Phase.explicit, Phase.generate))
settings.register_profile("explore", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "explore")
