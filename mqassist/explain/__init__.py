"""Pasted text to causes: lines, phrases, facts with their places, and the same reasoning as a check. No Qt, no I/O."""
