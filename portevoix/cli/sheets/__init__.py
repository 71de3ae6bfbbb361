"""Contact sheets, for the eye that judges or corrects."""
