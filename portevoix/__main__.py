"""`python -m portevoix`, the same as the command `portevoix`."""

from portevoix.cli import main

main()
