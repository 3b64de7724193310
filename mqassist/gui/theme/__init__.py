"""How the window looks: palettes, fonts, icons, state shapes. Knows no page."""
