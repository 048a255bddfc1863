"""The marker by which a plugin's functions answer hooks."""

import pluggy

hookimpl = pluggy.HookimplMarker("siemcast")
