-- Full-text search over fragments: an index without text of its own, kept in sync by triggers.

CREATE VIRTUAL TABLE fragments_fts USING fts5 (title, message, content = 'fragments', content_rowid = 'id');

CREATE TRIGGER fragments_fts_insert AFTER INSERT ON fragments BEGIN
  INSERT INTO fragments_fts (rowid, title, message) VALUES (new.id, new.title, new.message);
END;

CREATE TRIGGER fragments_fts_delete AFTER DELETE ON fragments BEGIN
  INSERT INTO fragments_fts (fragments_fts, rowid, title, message) VALUES ('delete', old.id, old.title, old.message);
END;

CREATE TRIGGER fragments_fts_update AFTER UPDATE OF title, message ON fragments BEGIN
  INSERT INTO fragments_fts (fragments_fts, rowid, title, message) VALUES ('delete', old.id, old.title, old.message);
  INSERT INTO fragments_fts (rowid, title, message) VALUES (new.id, new.title, new.message);
END;
