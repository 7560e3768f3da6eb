"""The SQLite files of a library; the only place with SQL."""
