-- Vaults hold projects and fragments; fragments name their vault by its slug.
-- Times are UTC. Declared types mean the same in PostgreSQL; JSON is TEXT that json_valid has checked, since SQLite
-- would turn a bare number in a column declared JSON into a number.

CREATE TABLE vaults (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  slug TEXT NOT NULL UNIQUE,
  description TEXT,
  metadata TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata)),
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
);

CREATE TABLE projects (
  id INTEGER PRIMARY KEY,
  vault_id INTEGER NOT NULL REFERENCES vaults (id),
  parent_id INTEGER REFERENCES projects (id),
  name TEXT NOT NULL,
  description TEXT,
  status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('planned', 'active', 'paused', 'done', 'archived')),
  metadata TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata)),
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
);

CREATE TABLE fragments (
  id INTEGER PRIMARY KEY,
  type TEXT NOT NULL,
  title TEXT,
  message TEXT NOT NULL,
  tags TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(tags)),
  relationships TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(relationships)),
  metadata TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata)),
  state TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(state)),
  vault TEXT NOT NULL REFERENCES vaults (slug),
  project_id INTEGER REFERENCES projects (id),
  inbox_status TEXT NOT NULL DEFAULT 'pending' CHECK (inbox_status IN ('pending', 'accepted', 'archived', 'skipped')),
  inbox_at TIMESTAMP,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
);

CREATE TABLE todos (
  id INTEGER PRIMARY KEY,
  fragment_id INTEGER NOT NULL REFERENCES fragments (id),
  title TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'in_progress', 'done', 'blocked')),
  priority TEXT NOT NULL DEFAULT 'normal' CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
  due_at TIMESTAMP,
  completed_at TIMESTAMP,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
);

CREATE TABLE contacts (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  emails TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(emails)),
  phones TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(phones)),
  organization TEXT,
  is_favorite BOOLEAN NOT NULL DEFAULT FALSE,
  metadata TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata)),
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
);

CREATE TABLE chat_sessions (
  id INTEGER PRIMARY KEY,
  title TEXT NOT NULL,
  messages TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(messages)),
  is_pinned BOOLEAN NOT NULL DEFAULT FALSE,
  metadata TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata)),
  last_activity_at TIMESTAMP,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
);
