"""What `-c` and `--mappings` mean for commands that need mappings, but no source and no sink."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from siemcast.errors import ConfigError

if TYPE_CHECKING:
    from siemcast.registry import Registry


def registry_with(config: str | None, folder: str | None) -> Registry:
    """Give the plugins, with the users' own mappings in use. Raises ConfigError for what is wrong in either."""
    from siemcast.registry import load_registry  # noqa: PLC0415 - the help needs none of it

    if config is None and folder is None:
        return load_registry()
    from siemcast.config import load_mappings  # noqa: PLC0415 - records are encoded sooner without it
    from siemcast.config.own_mappings import put_to_use  # noqa: PLC0415 - as above
    from siemcast.schema.files.own import read_mappings  # noqa: PLC0415 - as above

    if config is not None and folder is not None:
        raise ConfigError("--mappings and -c are both given", hint="name the folder in the configuration, or here")
    if config is not None:
        registry, overlay = load_mappings(config)
    elif folder is not None and Path(folder).is_dir():
        registry, overlay = load_registry(), read_mappings(Path(folder))
    else:
        raise ConfigError(f"--mappings: no such folder: {folder}", hint="give a folder of *.yaml files")
    put_to_use(overlay, registry)
    return registry
