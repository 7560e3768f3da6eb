"""The demo: drawn pictures of known content, and searches that the bundled model understands."""
