-- How many embeddings a model has: counting a million of them would take longer than searching them.
ALTER TABLE model ADD COLUMN embeddings INTEGER NOT NULL DEFAULT 0;

UPDATE model SET embeddings = (SELECT count(*) FROM embedding WHERE model_id = model.id);

CREATE TRIGGER embedding_added AFTER INSERT ON embedding BEGIN
    UPDATE model SET embeddings = embeddings + 1 WHERE id = NEW.model_id;
END;

CREATE TRIGGER embedding_removed AFTER DELETE ON embedding BEGIN
    UPDATE model SET embeddings = embeddings - 1 WHERE id = OLD.model_id;
END;
