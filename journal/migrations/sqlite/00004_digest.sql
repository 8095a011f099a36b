-- What each of our people must hear of, for their digest: tasks, and cases that came to them.

-- +goose Up

CREATE INDEX facts_to_ours ON facts (entry ->> 'to', wall_at) WHERE kind IN ('task_raised', 'case_escalated');
