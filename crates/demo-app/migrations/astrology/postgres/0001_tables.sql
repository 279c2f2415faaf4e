-- An astrologer's practice: clients with their birth data, charts and notes; charts with what is read from them; and, on their
-- own, a library of texts, a cache of places and two tables of exactly one row. Ids are UUIDs, instants have their zone.
-- The twin of SQLite's schema: the same tables, columns and keys in the same order, so that a snapshot of either goes into the
-- other.

CREATE TABLE clients (
  id UUID PRIMARY KEY,
  name TEXT NOT NULL,
  email TEXT UNIQUE,
  phone TEXT,
  pronouns TEXT,
  tags JSONB NOT NULL DEFAULT '[]',
  metadata JSONB NOT NULL DEFAULT '{}',
  is_archived BOOLEAN NOT NULL DEFAULT FALSE,
  created_at TIMESTAMPTZ NOT NULL,
  updated_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE birth_data (
  id UUID PRIMARY KEY,
  client_id UUID NOT NULL UNIQUE REFERENCES clients (id) ON DELETE CASCADE,
  birth_date DATE NOT NULL,
  birth_time TIME,
  time_certainty TEXT NOT NULL DEFAULT 'exact' CHECK (time_certainty IN ('exact', 'approximate', 'unknown')),
  place TEXT NOT NULL,
  latitude DOUBLE PRECISION NOT NULL CHECK (latitude BETWEEN -90.0 AND 90.0),
  longitude DOUBLE PRECISION NOT NULL CHECK (longitude BETWEEN -180.0 AND 180.0),
  timezone TEXT NOT NULL,
  source TEXT,
  CHECK ((birth_time IS NULL) = (time_certainty = 'unknown'))
);

CREATE TABLE charts (
  id UUID PRIMARY KEY,
  client_id UUID NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  natal_chart_id UUID REFERENCES charts (id),
  kind TEXT NOT NULL CHECK (kind IN ('natal', 'transit', 'solar_return')),
  title TEXT NOT NULL,
  house_system TEXT NOT NULL DEFAULT 'whole_sign',
  cast_for TIMESTAMPTZ NOT NULL,
  positions JSONB NOT NULL,
  houses JSONB,
  created_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE session_notes (
  id UUID PRIMARY KEY,
  client_id UUID NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  held_at TIMESTAMPTZ NOT NULL,
  minutes BIGINT NOT NULL,
  fee_cents BIGINT,
  body TEXT NOT NULL,
  follow_up_on DATE
);

CREATE TABLE chart_interpretations (
  id UUID PRIMARY KEY,
  chart_id UUID NOT NULL REFERENCES charts (id) ON DELETE CASCADE,
  factor TEXT NOT NULL,
  body TEXT NOT NULL,
  weight DOUBLE PRECISION NOT NULL DEFAULT 1.0,
  created_at TIMESTAMPTZ NOT NULL,
  UNIQUE (chart_id, factor)
);

CREATE TABLE aspect_patterns (
  id UUID PRIMARY KEY,
  chart_id UUID NOT NULL REFERENCES charts (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('grand_trine', 't_square', 'stellium', 'opposition', 'conjunction')),
  bodies JSONB NOT NULL,
  orb DOUBLE PRECISION NOT NULL,
  note TEXT
);

CREATE TABLE transit_events (
  id UUID PRIMARY KEY,
  chart_id UUID NOT NULL REFERENCES charts (id) ON DELETE CASCADE,
  transiting TEXT NOT NULL,
  aspect TEXT NOT NULL,
  natal TEXT NOT NULL,
  enters_at TIMESTAMPTZ,
  exact_at TIMESTAMPTZ NOT NULL,
  leaves_at TIMESTAMPTZ,
  note TEXT
);

CREATE TABLE interpretations (
  id UUID PRIMARY KEY,
  factor TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  keywords JSONB NOT NULL DEFAULT '[]',
  updated_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE location_cache (
  query TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  latitude DOUBLE PRECISION NOT NULL,
  longitude DOUBLE PRECISION NOT NULL,
  timezone TEXT NOT NULL,
  response JSONB NOT NULL,
  cached_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE app_config (
  id SMALLINT PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  settings JSONB NOT NULL,
  updated_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE user_preferences (
  id SMALLINT PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  locale TEXT NOT NULL,
  theme TEXT NOT NULL,
  orbs JSONB NOT NULL,
  updated_at TIMESTAMPTZ NOT NULL
);
