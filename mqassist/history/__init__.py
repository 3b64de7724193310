"""Runs kept on disk, and how two of them differ."""
