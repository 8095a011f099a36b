-- Customers of long standing who may be introduced to new ones, and the places that were kept at them: a peer's capacity
-- holds over all contracts, and outlives them. Personal data stands in: peers.body.

-- +goose Up

CREATE TABLE peers (
  id   TEXT NOT NULL PRIMARY KEY,
  body TEXT NOT NULL
) STRICT;

CREATE TABLE peer_introductions (
  contract TEXT    NOT NULL,
  run      INTEGER NOT NULL,
  peer     TEXT    NOT NULL,
  state    TEXT    NOT NULL CHECK (state IN ('kept', 'released', 'declined', 'introduced')),
  at       INTEGER NOT NULL,
  PRIMARY KEY (contract, run, peer)
) STRICT, WITHOUT ROWID;
CREATE INDEX peer_introductions_by_time ON peer_introductions (at);
