-- What an onboarding was started with, beside what it reads now: a start that is repeated after an amendment is the same
-- start. Of rows that stand, the body is the best that is known. Personal data stands in: contracts.original.

-- +goose Up

ALTER TABLE contracts ADD COLUMN original JSON;
UPDATE contracts SET original = body;
ALTER TABLE contracts ALTER COLUMN original SET NOT NULL;
