-- The journal on PostgreSQL. Text sorts by bytes, so that ranges of keys mean the same as on SQLite; JSON keeps its text.
-- Personal data stands in: contracts.body, contract_words.word, sends.address, suppressions.address, mail_events.raw,
-- inbox.payload, facts.entry (a mail's subject), people.body. There is no way down: going back would lose what was sent.

-- +goose Up

-- One row a run of an onboarding; latest marks the newest run of its contract, and lists show only that one.
CREATE TABLE contracts (
  contract     TEXT COLLATE "C" NOT NULL,
  run          INTEGER          NOT NULL CHECK (run >= 1),
  latest       BOOLEAN          NOT NULL,
  workflow_id  TEXT COLLATE "C" NOT NULL,
  playbook     TEXT COLLATE "C" NOT NULL,
  mode         TEXT COLLATE "C" NOT NULL,
  joined       BOOLEAN          NOT NULL,
  started_at   TIMESTAMPTZ      NOT NULL,
  body         JSON             NOT NULL,
  status_at    TIMESTAMPTZ,
  last_seq     INTEGER          NOT NULL,
  revision     BIGINT           NOT NULL DEFAULT 0,
  phase        TEXT COLLATE "C" NOT NULL,
  stage        TEXT COLLATE "C" NOT NULL,
  health       TEXT COLLATE "C" NOT NULL,
  owner        TEXT COLLATE "C" NOT NULL,
  playbook_now TEXT COLLATE "C" NOT NULL,
  paused       BOOLEAN          NOT NULL,
  next_at      TIMESTAMPTZ,
  next_touch   TEXT COLLATE "C" NOT NULL,
  ended        BOOLEAN          NOT NULL,
  ended_at     TIMESTAMPTZ,
  ended_for    TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (contract, run)
);
CREATE UNIQUE INDEX contracts_latest ON contracts (contract) WHERE latest;
CREATE INDEX contracts_by_start  ON contracts (ended, started_at, contract) WHERE latest;
CREATE INDEX contracts_by_owner  ON contracts (owner, ended, started_at, contract) WHERE latest;
CREATE INDEX contracts_by_phase  ON contracts (phase, ended, started_at, contract) WHERE latest;
CREATE INDEX contracts_by_health ON contracts (health, ended, started_at, contract) WHERE latest;
CREATE INDEX contracts_by_next   ON contracts (next_at) WHERE latest AND NOT ended AND NOT paused;

-- The words a list can be searched by, folded: of the company, the contract's id and the customer's id.
CREATE TABLE contract_words (
  word         TEXT COLLATE "C" NOT NULL,
  contract     TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (word, contract)
);
CREATE INDEX contract_words_by_contract ON contract_words (contract);

-- The send ledger. No reference to contracts: it outlives them, and its limits hold over all of them.
CREATE TABLE sends (
  key          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  contract     TEXT COLLATE "C" NOT NULL,
  run          INTEGER          NOT NULL,
  touch        TEXT COLLATE "C" NOT NULL,
  class        TEXT COLLATE "C" NOT NULL CHECK (class IN ('confirmation', 'service', 'relationship', 'internal')),
  channel      TEXT COLLATE "C" NOT NULL CHECK (channel IN ('email', 'slack', 'task')),
  address      TEXT COLLATE "C" NOT NULL,
  at           TIMESTAMPTZ      NOT NULL,
  wall_at      TIMESTAMPTZ      NOT NULL,
  state        TEXT COLLATE "C" NOT NULL CHECK (state IN ('attempting', 'accepted', 'rejected', 'unknown', 'released')),
  attempts     INTEGER          NOT NULL,
  message_id   TEXT COLLATE "C" NOT NULL,
  reason       TEXT COLLATE "C" NOT NULL
);
CREATE INDEX sends_by_address ON sends (address, at);
CREATE INDEX sends_by_run     ON sends (contract, run, at);
CREATE INDEX sends_by_state   ON sends (state, wall_at);

CREATE TABLE suppressions (
  address      TEXT COLLATE "C" NOT NULL,
  reason       TEXT COLLATE "C" NOT NULL,
  all_mail     BOOLEAN          NOT NULL,
  at           TIMESTAMPTZ      NOT NULL,
  wall_at      TIMESTAMPTZ      NOT NULL,
  PRIMARY KEY (address, reason)
);
CREATE INDEX suppressions_by_wall ON suppressions (wall_at);

-- What a mail provider reported, by the provider's own event id.
CREATE TABLE mail_events (
  id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  key          TEXT COLLATE "C" NOT NULL,
  event        TEXT COLLATE "C" NOT NULL,
  at           TIMESTAMPTZ      NOT NULL,
  raw          BYTEA            NOT NULL,
  wall_at      TIMESTAMPTZ      NOT NULL
);
CREATE INDEX mail_events_by_key ON mail_events (key, at);

CREATE TABLE facts (
  contract     TEXT COLLATE "C" NOT NULL,
  run          INTEGER          NOT NULL,
  seq          INTEGER          NOT NULL,
  at           TIMESTAMPTZ      NOT NULL,
  kind         TEXT COLLATE "C" NOT NULL,
  entry        JSON             NOT NULL,
  wall_at      TIMESTAMPTZ      NOT NULL,
  PRIMARY KEY (contract, run, seq),
  FOREIGN KEY (contract, run) REFERENCES contracts (contract, run)
);

-- Events as they came in. No reference to contracts: an event of a contract we do not know yet is kept as an orphan.
CREATE TABLE inbox (
  contract     TEXT COLLATE "C" NOT NULL,
  id           TEXT COLLATE "C" NOT NULL,
  kind         TEXT COLLATE "C" NOT NULL,
  payload      JSON             NOT NULL,
  state        TEXT COLLATE "C" NOT NULL CHECK (state IN ('received', 'orphan', 'forwarded', 'settled')),
  outcome      TEXT COLLATE "C" NOT NULL,
  received_at  TIMESTAMPTZ      NOT NULL,
  forwarded_at TIMESTAMPTZ,
  settled_run  INTEGER NOT NULL DEFAULT 0,
  settled_seq  INTEGER NOT NULL DEFAULT 0,
  settled_at   TIMESTAMPTZ,
  PRIMARY KEY (contract, id)
);
CREATE INDEX inbox_waiting ON inbox (received_at) WHERE state = 'received';
CREATE INDEX inbox_by_kind ON inbox (kind, received_at);
CREATE INDEX inbox_orphans ON inbox (contract) WHERE state = 'orphan';

CREATE TABLE people (
  id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  body         JSON             NOT NULL
);

CREATE TABLE playbooks (
  hash         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  name         TEXT COLLATE "C" NOT NULL,
  archive      BYTEA            NOT NULL,
  added_at     TIMESTAMPTZ      NOT NULL
);

CREATE TABLE imports (
  id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  total        INTEGER          NOT NULL,
  started_at   TIMESTAMPTZ      NOT NULL
);
CREATE TABLE import_lines (
  import       TEXT COLLATE "C" NOT NULL REFERENCES imports (id),
  line         INTEGER          NOT NULL,
  contract     TEXT COLLATE "C" NOT NULL,
  outcome      TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (import, line)
);
