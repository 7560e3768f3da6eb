-- What can be computed again but is dear. Everything hangs on the picture key.
CREATE TABLE model (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    fingerprint TEXT NOT NULL UNIQUE,
    reference TEXT NOT NULL,
    dimension INTEGER NOT NULL
) STRICT;

CREATE TABLE embedding (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- the label in the vector index
    model_id INTEGER NOT NULL REFERENCES model (id) ON DELETE CASCADE,
    picture_key BLOB NOT NULL,
    vector BLOB NOT NULL,                  -- float16, unit length
    UNIQUE (model_id, picture_key)
) STRICT;

CREATE INDEX embedding_order ON embedding (model_id);  -- the embeddings of a model in the order of their ids

CREATE TABLE text_embedding (
    model_id INTEGER NOT NULL REFERENCES model (id) ON DELETE CASCADE,
    text TEXT NOT NULL,
    vector BLOB NOT NULL,                  -- float32, unit length
    PRIMARY KEY (model_id, text)
) STRICT, WITHOUT ROWID;

CREATE TABLE perceptual_hash (
    picture_key BLOB PRIMARY KEY,
    value INTEGER NOT NULL,                -- 64 bits, as a signed number
    version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
