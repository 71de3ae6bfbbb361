"""Words and marks as images: one text engine for captions, cards, lower thirds and stills."""
