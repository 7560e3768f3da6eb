-- Texts are encoded again, as nothing is known of how much of them was read.
DELETE FROM text_embedding;

-- The end of the text that the model does not read; empty if it reads all.
ALTER TABLE text_embedding ADD COLUMN left_out TEXT NOT NULL DEFAULT '';
