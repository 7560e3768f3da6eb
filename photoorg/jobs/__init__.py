"""Background work: jobs, their events, the lanes they run in."""
