"""``python -m rxscore``: the command line."""

from rxscore.cli import main

main()
