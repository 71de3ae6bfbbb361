"""Steps become artifacts: the picture in chunks, the sound in one piece, and the join of both."""
