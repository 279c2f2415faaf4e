-- Full-text search over observations: an index over an expression, so that the table has no column which no snapshot holds.
-- A query has to repeat the expression to use it.

CREATE INDEX observations_full_text ON observations USING gin (to_tsvector('simple', coalesce(content, '')));
