CREATE TABLE thumbnail (
    id INTEGER PRIMARY KEY,
    picture_key BLOB NOT NULL,
    long_side INTEGER NOT NULL,            -- pixels asked for; a smaller picture is not enlarged
    jpeg BLOB NOT NULL,
    UNIQUE (picture_key, long_side)
) STRICT;
