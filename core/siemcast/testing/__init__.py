"""The testing kit: contract suites to inherit, and stand-ins for what the engine lends to a plugin."""
