-- Full-text search over observations: an index without text of its own, kept in sync by triggers. What was redacted has no
-- content, so no word of it can be found.

CREATE VIRTUAL TABLE observations_fts USING fts5 (content, content = 'observations', content_rowid = 'id');

CREATE TRIGGER observations_fts_insert AFTER INSERT ON observations BEGIN
  INSERT INTO observations_fts (rowid, content) VALUES (new.id, new.content);
END;

CREATE TRIGGER observations_fts_delete AFTER DELETE ON observations BEGIN
  INSERT INTO observations_fts (observations_fts, rowid, content) VALUES ('delete', old.id, old.content);
END;

CREATE TRIGGER observations_fts_update AFTER UPDATE OF content ON observations BEGIN
  INSERT INTO observations_fts (observations_fts, rowid, content) VALUES ('delete', old.id, old.content);
  INSERT INTO observations_fts (rowid, content) VALUES (new.id, new.content);
END;
