-- One index per foreign key, and those that the application's lists sort by.

CREATE INDEX projects_vault_id ON projects (vault_id);
CREATE INDEX projects_parent_id ON projects (parent_id);
CREATE INDEX fragments_vault ON fragments (vault);
CREATE INDEX fragments_project_id ON fragments (project_id);
CREATE INDEX fragments_type ON fragments (type, created_at);
CREATE INDEX fragments_inbox ON fragments (inbox_status, inbox_at);
CREATE INDEX todos_fragment_id ON todos (fragment_id);
CREATE INDEX todos_due ON todos (status, due_at);
CREATE INDEX chat_sessions_activity ON chat_sessions (last_activity_at);
