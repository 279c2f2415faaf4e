-- One index per foreign key that no unique key begins with, and those that the application's lists sort by.

CREATE INDEX charts_client_id ON charts (client_id, cast_for);
CREATE INDEX charts_natal_chart_id ON charts (natal_chart_id);
CREATE INDEX session_notes_client_id ON session_notes (client_id, held_at);
CREATE INDEX aspect_patterns_chart_id ON aspect_patterns (chart_id);
CREATE INDEX transit_events_chart_id ON transit_events (chart_id, exact_at);
CREATE INDEX clients_name ON clients (is_archived, name);
