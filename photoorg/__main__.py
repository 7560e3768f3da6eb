"""`python -m photoorg` is the command line."""

from photoorg.cli.main import main

if __name__ == "__main__":
    main()
