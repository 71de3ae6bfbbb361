"""One module for each kind of caption file. Every reader takes text and a Reading, and gives cues in the file's order."""
