"""Readers of other programs' settings. Each gives profiles, secrets and notes; none executes or expands anything."""
