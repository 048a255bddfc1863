"""Fails while it is imported, as a plugin does whose own dependency is missing."""

import no_such_module_anywhere  # noqa: F401
