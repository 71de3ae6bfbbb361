"""What is said beside a film or a picture: composed, counted as each platform counts, held against its limits."""
