"""The logs page and the panel below other pages: one desk with an open log, and what shows it."""
