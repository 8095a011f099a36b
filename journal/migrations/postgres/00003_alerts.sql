-- Which messages count towards the budget of alerts of the person they went to.

-- +goose Up

ALTER TABLE sends ADD COLUMN alert BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX sends_by_alert ON sends (address, at) WHERE alert;
