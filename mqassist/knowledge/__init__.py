"""The one loader of resources/. Knows files and keys, not what they mean."""
