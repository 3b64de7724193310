"""The profile list beside the pages, the profile editor, and what goes in and out."""
