-- What became of each case, to judge the signals that open them.

-- +goose Up

CREATE INDEX facts_of_cases ON facts (at) WHERE kind IN ('case_opened', 'case_resolved');
