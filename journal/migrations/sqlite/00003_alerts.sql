-- Which messages count towards the budget of alerts of the person they went to.

-- +goose Up

ALTER TABLE sends ADD COLUMN alert INTEGER NOT NULL DEFAULT 0 CHECK (alert IN (0, 1));
CREATE INDEX sends_by_alert ON sends (address, at) WHERE alert;
