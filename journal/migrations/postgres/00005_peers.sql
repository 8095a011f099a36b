-- Customers of long standing who may be introduced to new ones, and the places that were kept at them: a peer's capacity
-- holds over all contracts, and outlives them. Personal data stands in: peers.body.

-- +goose Up

CREATE TABLE peers (
  id       TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  body     JSON             NOT NULL
);

CREATE TABLE peer_introductions (
  contract TEXT COLLATE "C" NOT NULL,
  run      INTEGER          NOT NULL,
  peer     TEXT COLLATE "C" NOT NULL,
  state    TEXT COLLATE "C" NOT NULL CHECK (state IN ('kept', 'released', 'declined', 'introduced')),
  at       TIMESTAMPTZ      NOT NULL,
  PRIMARY KEY (contract, run, peer)
);
CREATE INDEX peer_introductions_by_time ON peer_introductions (at);
