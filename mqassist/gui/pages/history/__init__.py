"""Kept runs: the list, a whole report, two side by side."""
