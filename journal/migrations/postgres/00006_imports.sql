-- The lines of an import wait here until the worker has started them; then the payload goes. Lines of older imports were
-- all done. Personal data stands in: import_lines.payload.

-- +goose Up

ALTER TABLE import_lines ADD COLUMN reason TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE import_lines ADD COLUMN payload JSON;
