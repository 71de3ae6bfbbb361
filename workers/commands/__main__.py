"""`python -m workers.commands`: the command line with the service's commands."""

from workers.commands import main

main()
