"""Report to text, by pure functions: one module a format, all from the same presented form."""
