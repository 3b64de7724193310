"""Saved endpoints and where their secrets are kept."""
