"""`python -m portevoix`: the engine's commands. The installed `portevoix` adds those of the service."""

from portevoix.cli import main

main()
