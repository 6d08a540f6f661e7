CREATE TABLE users (id TEXT PRIMARY KEY, github_id INTEGER, username TEXT);
INSERT INTO users VALUES ('0b6e0000-0000-4000-8000-000000000009', 7, 'sam');

CREATE TABLE projects (
  id UUID PRIMARY KEY, name VARCHAR(100), github_repo_full_name VARCHAR(200), default_branch VARCHAR(100),
  created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, max_parallel_agents INTEGER DEFAULT 3, worktree_enabled BOOLEAN DEFAULT true
);
INSERT INTO projects VALUES ('0B6E0000-0000-4000-8000-000000000001', 'shop', 'acme/shop', 'main', '2025-01-02 03:04:05', 5, 1);

CREATE TABLE tickets (
  id UUID PRIMARY KEY, project_id UUID REFERENCES projects(id), title VARCHAR(200), description TEXT, status VARCHAR(20), priority VARCHAR(20),
  created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
);
INSERT INTO tickets VALUES ('0b6e0000-0000-4000-8000-000000000002', '0b6e0000-0000-4000-8000-000000000001', 'Old and done', 'text', 'completed', 'high', '2025-01-02 03:04:05', '2025-01-03 00:00:00');
INSERT INTO tickets VALUES ('0b6e0000-0000-4000-8000-000000000003', '0b6e0000-0000-4000-8000-000000000001', 'Under way', '', 'in_progress', 'low', '2025-01-02 03:04:05', '2025-01-03 00:00:00');

CREATE TABLE ticket_dependencies (ticket_id UUID REFERENCES tickets(id), depends_on_id UUID REFERENCES tickets(id));
INSERT INTO ticket_dependencies VALUES ('0b6e0000-0000-4000-8000-000000000003', '0b6e0000-0000-4000-8000-000000000002');

CREATE TABLE agent_queue (
  id UUID PRIMARY KEY, ticket_id UUID REFERENCES tickets(id), project_id UUID REFERENCES projects(id), priority INTEGER DEFAULT 0,
  status VARCHAR(20) DEFAULT 'pending', worktree_id UUID, worker_id VARCHAR(100), dispatched_at TIMESTAMP, started_at TIMESTAMP,
  completed_at TIMESTAMP, retry_count INTEGER DEFAULT 0, error_message TEXT, created_at TIMESTAMP, updated_at TIMESTAMP
);
CREATE INDEX idx_agent_queue_status ON agent_queue(status);
INSERT INTO agent_queue(id, ticket_id, project_id, priority, status, completed_at, retry_count, created_at)
VALUES ('0b6e0000-0000-4000-8000-000000000004', '0b6e0000-0000-4000-8000-000000000002', '0b6e0000-0000-4000-8000-000000000001', 2, 'completed', '2025-01-03 00:00:00', 1, '2025-01-02 03:04:05');
INSERT INTO agent_queue(id, ticket_id, project_id, priority, status, created_at)
VALUES ('0b6e0000-0000-4000-8000-000000000005', '0b6e0000-0000-4000-8000-000000000003', '0b6e0000-0000-4000-8000-000000000001', 0, 'running', '2025-01-02 03:04:05');

CREATE TABLE worktrees (
  id UUID PRIMARY KEY, project_id UUID REFERENCES projects(id), ticket_id UUID REFERENCES tickets(id), path VARCHAR(500) NOT NULL,
  branch_name VARCHAR(255) NOT NULL, status VARCHAR(20) DEFAULT 'active', created_at TIMESTAMP, last_used_at TIMESTAMP, cleanup_at TIMESTAMP
);
INSERT INTO worktrees(id, project_id, ticket_id, path, branch_name, created_at)
VALUES ('0b6e0000-0000-4000-8000-000000000006', '0b6e0000-0000-4000-8000-000000000001', '0b6e0000-0000-4000-8000-000000000003', '/srv/w', 'feature', '2025-01-02 03:04:05');

CREATE TABLE project_memories (
  id UUID PRIMARY KEY, project_id UUID REFERENCES projects(id), ticket_id UUID REFERENCES tickets(id), memory_type VARCHAR(50) NOT NULL, content TEXT NOT NULL, created_at TIMESTAMP
);
INSERT INTO project_memories VALUES ('0b6e0000-0000-4000-8000-000000000007', '0b6e0000-0000-4000-8000-000000000001', NULL, 'insight', '{}', NULL);
