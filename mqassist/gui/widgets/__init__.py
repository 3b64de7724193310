"""Shared widgets of all pages, in the look of the theme. They know no page and no service."""
