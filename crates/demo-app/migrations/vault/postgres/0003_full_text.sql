-- Full-text search over fragments: an index over an expression, so that the table has no column which no snapshot holds.
-- A query has to repeat the expression to use it.

CREATE INDEX fragments_full_text ON fragments
  USING gin (to_tsvector('simple', coalesce(title, '') || ' ' || message));
