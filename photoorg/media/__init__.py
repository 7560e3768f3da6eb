"""From file to pixels and facts; knows no catalog. `formats` is the only module here that loads nothing heavy."""
