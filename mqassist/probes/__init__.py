"""One file a probe, found by walking this package: each ends in PROBE = Probe(...)."""
