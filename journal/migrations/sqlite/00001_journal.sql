-- The journal on SQLite. Instants are whole microseconds since 1970 in UTC, yes and no are 1 and 0, bodies are JSON.
-- Personal data stands in: contracts.body, contract_words.word, sends.address, suppressions.address, mail_events.raw,
-- inbox.payload, facts.entry (a mail's subject), people.body. There is no way down: going back would lose what was sent.

-- +goose Up

-- One row a run of an onboarding; latest marks the newest run of its contract, and lists show only that one.
CREATE TABLE contracts (
  contract     TEXT    NOT NULL,
  run          INTEGER NOT NULL CHECK (run >= 1),
  latest       INTEGER NOT NULL CHECK (latest IN (0, 1)),
  workflow_id  TEXT    NOT NULL,
  playbook     TEXT    NOT NULL,
  mode         TEXT    NOT NULL,
  joined       INTEGER NOT NULL CHECK (joined IN (0, 1)),
  started_at   INTEGER NOT NULL,
  body         TEXT    NOT NULL,
  status_at    INTEGER,
  last_seq     INTEGER NOT NULL,
  revision     INTEGER NOT NULL DEFAULT 0,
  phase        TEXT    NOT NULL,
  stage        TEXT    NOT NULL,
  health       TEXT    NOT NULL,
  owner        TEXT    NOT NULL,
  playbook_now TEXT    NOT NULL,
  paused       INTEGER NOT NULL CHECK (paused IN (0, 1)),
  next_at      INTEGER,
  next_touch   TEXT    NOT NULL,
  ended        INTEGER NOT NULL CHECK (ended IN (0, 1)),
  ended_at     INTEGER,
  ended_for    TEXT    NOT NULL,
  PRIMARY KEY (contract, run)
) STRICT;
CREATE UNIQUE INDEX contracts_latest ON contracts (contract) WHERE latest;
CREATE INDEX contracts_by_start  ON contracts (ended, started_at, contract) WHERE latest;
CREATE INDEX contracts_by_owner  ON contracts (owner, ended, started_at, contract) WHERE latest;
CREATE INDEX contracts_by_phase  ON contracts (phase, ended, started_at, contract) WHERE latest;
CREATE INDEX contracts_by_health ON contracts (health, ended, started_at, contract) WHERE latest;
CREATE INDEX contracts_by_next   ON contracts (next_at) WHERE latest AND NOT ended AND NOT paused;

-- The words a list can be searched by, folded: of the company, the contract's id and the customer's id.
CREATE TABLE contract_words (
  word     TEXT NOT NULL,
  contract TEXT NOT NULL,
  PRIMARY KEY (word, contract)
) STRICT, WITHOUT ROWID;
CREATE INDEX contract_words_by_contract ON contract_words (contract);

-- The send ledger. No reference to contracts: it outlives them, and its limits hold over all of them.
CREATE TABLE sends (
  key        TEXT    NOT NULL PRIMARY KEY,
  contract   TEXT    NOT NULL,
  run        INTEGER NOT NULL,
  touch      TEXT    NOT NULL,
  class      TEXT    NOT NULL CHECK (class IN ('confirmation', 'service', 'relationship', 'internal')),
  channel    TEXT    NOT NULL CHECK (channel IN ('email', 'slack', 'task')),
  address    TEXT    NOT NULL,
  at         INTEGER NOT NULL,
  wall_at    INTEGER NOT NULL,
  state      TEXT    NOT NULL CHECK (state IN ('attempting', 'accepted', 'rejected', 'unknown', 'released')),
  attempts   INTEGER NOT NULL,
  message_id TEXT    NOT NULL,
  reason     TEXT    NOT NULL
) STRICT;
CREATE INDEX sends_by_address ON sends (address, at);
CREATE INDEX sends_by_run     ON sends (contract, run, at);
CREATE INDEX sends_by_state   ON sends (state, wall_at);

CREATE TABLE suppressions (
  address  TEXT    NOT NULL,
  reason   TEXT    NOT NULL,
  all_mail INTEGER NOT NULL CHECK (all_mail IN (0, 1)),
  at       INTEGER NOT NULL,
  wall_at  INTEGER NOT NULL,
  PRIMARY KEY (address, reason)
) STRICT;
CREATE INDEX suppressions_by_wall ON suppressions (wall_at);

-- What a mail provider reported, by the provider's own event id.
CREATE TABLE mail_events (
  id      TEXT    NOT NULL PRIMARY KEY,
  key     TEXT    NOT NULL,
  event   TEXT    NOT NULL,
  at      INTEGER NOT NULL,
  raw     BLOB    NOT NULL,
  wall_at INTEGER NOT NULL
) STRICT;
CREATE INDEX mail_events_by_key ON mail_events (key, at);

CREATE TABLE facts (
  contract TEXT    NOT NULL,
  run      INTEGER NOT NULL,
  seq      INTEGER NOT NULL,
  at       INTEGER NOT NULL,
  kind     TEXT    NOT NULL,
  entry    TEXT    NOT NULL,
  wall_at  INTEGER NOT NULL,
  PRIMARY KEY (contract, run, seq),
  FOREIGN KEY (contract, run) REFERENCES contracts (contract, run)
) STRICT, WITHOUT ROWID;

-- Events as they came in. No reference to contracts: an event of a contract we do not know yet is kept as an orphan.
CREATE TABLE inbox (
  contract     TEXT    NOT NULL,
  id           TEXT    NOT NULL,
  kind         TEXT    NOT NULL,
  payload      TEXT    NOT NULL,
  state        TEXT    NOT NULL CHECK (state IN ('received', 'orphan', 'forwarded', 'settled')),
  outcome      TEXT    NOT NULL,
  received_at  INTEGER NOT NULL,
  forwarded_at INTEGER,
  settled_run  INTEGER NOT NULL DEFAULT 0,
  settled_seq  INTEGER NOT NULL DEFAULT 0,
  settled_at   INTEGER,
  PRIMARY KEY (contract, id)
) STRICT;
CREATE INDEX inbox_waiting ON inbox (received_at) WHERE state = 'received';
CREATE INDEX inbox_by_kind ON inbox (kind, received_at);
CREATE INDEX inbox_orphans ON inbox (contract) WHERE state = 'orphan';

CREATE TABLE people (
  id   TEXT NOT NULL PRIMARY KEY,
  body TEXT NOT NULL
) STRICT;

CREATE TABLE playbooks (
  hash     TEXT    NOT NULL PRIMARY KEY,
  name     TEXT    NOT NULL,
  archive  BLOB    NOT NULL,
  added_at INTEGER NOT NULL
) STRICT;

CREATE TABLE imports (
  id         TEXT    NOT NULL PRIMARY KEY,
  total      INTEGER NOT NULL,
  started_at INTEGER NOT NULL
) STRICT;
CREATE TABLE import_lines (
  import   TEXT    NOT NULL REFERENCES imports (id),
  line     INTEGER NOT NULL,
  contract TEXT    NOT NULL,
  outcome  TEXT    NOT NULL,
  PRIMARY KEY (import, line)
) STRICT, WITHOUT ROWID;
