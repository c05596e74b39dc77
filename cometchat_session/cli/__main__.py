"""`python -m cometchat_session.cli` is the command `cometchat`, wherever scripts are not on the path."""

from cometchat_session.cli import main

main()
