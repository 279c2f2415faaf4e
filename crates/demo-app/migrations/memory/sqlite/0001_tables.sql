-- What an assistant remembers. A scope is what it remembers about: an organisation, a project in it, a person. Observations are
-- counted up and a number is never used again, so that what was once said of number 17 stays said of that one.
-- Times are UTC. Declared types mean the same in PostgreSQL; JSON is TEXT that json_valid has checked.

CREATE TABLE scopes (
  id TEXT PRIMARY KEY NOT NULL,
  parent_id TEXT REFERENCES scopes (id),
  kind TEXT NOT NULL CHECK (kind IN ('organisation', 'project', 'person')),
  name TEXT NOT NULL,
  settings TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(settings)),
  created_at TIMESTAMP NOT NULL
);

-- A redacted observation stays, so that what refers to it still does; its content is gone and it says why.
CREATE TABLE observations (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  scope_id TEXT NOT NULL REFERENCES scopes (id),
  ts TIMESTAMP NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('fact', 'preference', 'decision', 'event', 'question')),
  content TEXT,
  source TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(source)),
  confidence REAL NOT NULL DEFAULT 1.0 CHECK (confidence BETWEEN 0.0 AND 1.0),
  is_redacted BOOLEAN NOT NULL DEFAULT FALSE,
  redaction_reason TEXT,
  CHECK (is_redacted = (content IS NULL)),
  CHECK (is_redacted = (redaction_reason IS NOT NULL))
);

CREATE TABLE capsules (
  id INTEGER PRIMARY KEY,
  scope_id TEXT NOT NULL REFERENCES scopes (id),
  title TEXT NOT NULL,
  intent TEXT,
  opened_at TIMESTAMP NOT NULL,
  closed_at TIMESTAMP,
  metadata TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata))
);

-- The ids of a capsule's observations, in its order. A table and not a list in JSON: here a foreign key checks each id, and a
-- scenario follows it; nothing would do that with a list.
CREATE TABLE capsule_observations (
  capsule_id INTEGER NOT NULL REFERENCES capsules (id),
  position INTEGER NOT NULL,
  observation_id INTEGER NOT NULL REFERENCES observations (id),
  PRIMARY KEY (capsule_id, position),
  UNIQUE (capsule_id, observation_id)
);

CREATE TABLE summaries (
  id INTEGER PRIMARY KEY,
  scope_id TEXT NOT NULL REFERENCES scopes (id),
  capsule_id INTEGER REFERENCES capsules (id),
  body TEXT NOT NULL,
  model TEXT NOT NULL,
  tokens INTEGER NOT NULL,
  created_at TIMESTAMP NOT NULL
);

-- What is always in sight: an observation or a summary.
CREATE TABLE pins (
  id INTEGER PRIMARY KEY,
  scope_id TEXT NOT NULL REFERENCES scopes (id),
  observation_id INTEGER REFERENCES observations (id),
  summary_id INTEGER REFERENCES summaries (id),
  note TEXT,
  created_at TIMESTAMP NOT NULL,
  CHECK ((observation_id IS NULL) <> (summary_id IS NULL))
);

CREATE INDEX scopes_parent_id ON scopes (parent_id);
CREATE INDEX observations_scope ON observations (scope_id, ts);
CREATE INDEX capsules_scope ON capsules (scope_id, opened_at);
CREATE INDEX capsule_observations_observation_id ON capsule_observations (observation_id);
CREATE INDEX summaries_scope ON summaries (scope_id, created_at);
CREATE INDEX summaries_capsule_id ON summaries (capsule_id);
CREATE INDEX pins_scope ON pins (scope_id, created_at);
CREATE INDEX pins_observation_id ON pins (observation_id);
CREATE INDEX pins_summary_id ON pins (summary_id);
