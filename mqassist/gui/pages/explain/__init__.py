"""The page that explains pasted texts, and the catalogue of all causes."""
