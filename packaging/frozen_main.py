"""The entry of the frozen program: a child process is told apart before anything else is loaded."""

import multiprocessing

if __name__ == "__main__":
    multiprocessing.freeze_support()
    from photoorg.cli.main import main

    main()
