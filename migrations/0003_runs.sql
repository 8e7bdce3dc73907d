-- Runs and all that belongs to them, and what workflows keep beside their definition: pins, grants, triggers,
-- credentials, variables, data tables.
--
-- A record's hash is the first 16 bytes of SHA-256 over the run's identifier, the record's place and its text: what is
-- read is what was written, in the place where it was written.

CREATE TABLE runs (
    -- Order of acceptance, never used twice: "newest first" must not depend on the clock.
    seq           INTEGER PRIMARY KEY AUTOINCREMENT,
    id            TEXT NOT NULL UNIQUE CHECK (length(id) = 36),
    workflow_id   TEXT NOT NULL REFERENCES workflows (id) ON DELETE CASCADE,
    status        TEXT NOT NULL
        CHECK (status IN ('new', 'running', 'waiting', 'success', 'error', 'canceled', 'unknown')),
    -- Steps that have begun.
    steps         INTEGER NOT NULL CHECK (steps >= 0),
    -- Bytes of pages that were new with this run; 0 when its data was dropped.
    page_bytes    INTEGER NOT NULL CHECK (page_bytes >= 0),
    -- Bytes of its records.
    record_bytes  INTEGER NOT NULL CHECK (record_bytes >= 0),
    -- Whether its pages were given up to make room. Its records stay.
    data_dropped  INTEGER NOT NULL DEFAULT 0 CHECK (data_dropped IN (0, 1)),
    -- JSON: version, mode, trigger, input pages, scope, time.
    accepted      TEXT NOT NULL CHECK (json_type(accepted) = 'array'),
    accepted_hash BLOB NOT NULL CHECK (length(accepted_hash) = 16),
    -- JSON: first failure, duration and time of the newest change of state.
    state         TEXT CHECK (json_type(state) = 'array'),
    state_hash    BLOB CHECK (length(state_hash) = 16),
    CHECK ((state IS NULL) = (state_hash IS NULL)),
    CHECK (status NOT IN ('success', 'error', 'canceled') OR state IS NOT NULL)
) STRICT;

-- Ends in seq on its own, because that is the row's number.
CREATE INDEX runs_by_workflow ON runs (workflow_id);
-- Runs that have not ended: few, found at every start.
CREATE INDEX unfinished_runs ON runs (status) WHERE status NOT IN ('success', 'error', 'canceled');

-- Every part that is added to a run changes its row, too: nothing is added to a run that has ended.
CREATE TRIGGER runs_end_once
BEFORE UPDATE OF status ON runs
WHEN OLD.status IN ('success', 'error', 'canceled')
BEGIN
    SELECT RAISE(ABORT, 'a run that has ended stays as it is');
END;

-- What happened in a run, in parts of many entries each: most runs are one row. That a step begins before it ends, and
-- ends once, is the business of the one writer, which reads a run's parts before it adds to a run it does not know.
CREATE TABLE run_parts (
    run        INTEGER NOT NULL REFERENCES runs (seq) ON DELETE CASCADE,
    -- Place in the run, from 0.
    part       INTEGER NOT NULL CHECK (part >= 0),
    -- The lowest and the highest step that an entry of this part is about.
    first_step INTEGER NOT NULL CHECK (first_step >= 0),
    last_step  INTEGER NOT NULL CHECK (last_step >= first_step),
    -- The first 8 bytes of the key of each step that succeeded in this part. Empty when the run's data was dropped.
    keys       BLOB NOT NULL CHECK (length(keys) % 8 = 0),
    -- The pages in `texts`, in their order: the first 8 bytes of the hash and 4 of the length, the lowest byte first.
    own_pages  BLOB NOT NULL CHECK (length(own_pages) % 12 = 0),
    -- A line for each entry: a letter for its kind, then JSON.
    records    TEXT NOT NULL,
    hash       BLOB NOT NULL CHECK (length(hash) = 16),
    -- Small pages that were new with this part, one after the other. Their own hashes tell whether they are what was
    -- written.
    texts      TEXT NOT NULL,
    -- A part is written once.
    PRIMARY KEY (run, part)
) STRICT, WITHOUT ROWID;

-- Where a key or a page is: looked for from the newest run on, seldom. An index that is sorted by them would cost more
-- to keep than everything else of a run.
CREATE INDEX part_contents ON run_parts (run, part, keys, own_pages);

CREATE TRIGGER parts_are_never_edited
BEFORE UPDATE OF run, part, first_step, last_step, records, hash ON run_parts
BEGIN
    SELECT RAISE(ABORT, 'a part of a run stays as it is');
END;

-- Texts of pages that are large or name files, each kept once, however many steps and runs it went through.
CREATE TABLE pages (
    id   INTEGER PRIMARY KEY,
    -- SHA-256 of the text.
    hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
    text TEXT NOT NULL
) STRICT;

-- Which runs such a page belongs to. The reference keeps a page that is in use from being deleted by anything.
CREATE TABLE page_uses (
    run  INTEGER NOT NULL REFERENCES runs (seq) ON DELETE CASCADE,
    page INTEGER NOT NULL REFERENCES pages (id),
    PRIMARY KEY (run, page)
) STRICT, WITHOUT ROWID;

CREATE INDEX page_uses_by_page ON page_uses (page);

CREATE TRIGGER pages_go_with_their_last_use
AFTER DELETE ON page_uses
WHEN NOT EXISTS (SELECT 1 FROM page_uses WHERE page = OLD.page)
BEGIN
    DELETE FROM pages WHERE id = OLD.page;
END;

-- Contents of files that a page names. They are files in the folder `blobs`.
CREATE TABLE page_blobs (
    page INTEGER NOT NULL REFERENCES pages (id) ON DELETE CASCADE,
    -- SHA-256 of the content.
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (page, hash)
) STRICT, WITHOUT ROWID;

CREATE INDEX page_blobs_by_hash ON page_blobs (hash);

-- Output that test runs use instead of executing a node. A copy of its own: no run can take it away.
CREATE TABLE pins (
    workflow_id  TEXT NOT NULL REFERENCES workflows (id) ON DELETE CASCADE,
    node_id      TEXT NOT NULL,
    items        TEXT NOT NULL CHECK (json_type(items) = 'array'),
    -- SHA-256 over all other columns, 64 lower-case hexadecimal digits.
    content_hash TEXT NOT NULL CHECK (length(content_hash) = 64),
    updated_at   TEXT NOT NULL,
    PRIMARY KEY (workflow_id, node_id)
) STRICT;

-- What a workflow was allowed to reach.
CREATE TABLE workflow_grants (
    workflow_id TEXT NOT NULL REFERENCES workflows (id) ON DELETE CASCADE,
    granted     TEXT NOT NULL CHECK (json_type(granted) = 'object'),
    granted_at  TEXT NOT NULL,
    PRIMARY KEY (workflow_id, granted)
) STRICT;

-- `$vars`.
CREATE TABLE variables (
    name       TEXT PRIMARY KEY NOT NULL CHECK (length(name) BETWEEN 1 AND 64),
    value      TEXT NOT NULL CHECK (json_valid(value)),
    updated_at TEXT NOT NULL
) STRICT;

-- Settings of all runs, such as the time zone.
CREATE TABLE run_settings (
    name  TEXT PRIMARY KEY NOT NULL CHECK (name IN ('time_zone')),
    value TEXT NOT NULL
) STRICT;

-- Workflows whose triggers start runs by themselves.
CREATE TABLE activations (
    workflow_id  TEXT PRIMARY KEY NOT NULL REFERENCES workflows (id) ON DELETE CASCADE,
    activated_at TEXT NOT NULL
) STRICT;

-- Where webhooks and forms are reached.
CREATE TABLE trigger_addresses (
    -- 128 random bits, base64url.
    token       TEXT PRIMARY KEY NOT NULL CHECK (length(token) = 22),
    workflow_id TEXT NOT NULL REFERENCES workflows (id) ON DELETE CASCADE,
    node_id     TEXT NOT NULL,
    created_at  TEXT NOT NULL,
    UNIQUE (workflow_id, node_id)
) STRICT;

-- When a schedule is due next.
CREATE TABLE schedules (
    workflow_id TEXT NOT NULL REFERENCES workflows (id) ON DELETE CASCADE,
    node_id     TEXT NOT NULL,
    next_at     TEXT NOT NULL,
    PRIMARY KEY (workflow_id, node_id)
) STRICT;

CREATE INDEX schedules_by_time ON schedules (next_at);

-- What became of the times a schedule was due: one run, or missed. Once each.
CREATE TABLE trigger_firings (
    workflow_id TEXT NOT NULL REFERENCES workflows (id) ON DELETE CASCADE,
    node_id     TEXT NOT NULL,
    due_at      TEXT NOT NULL,
    -- Null for a time that was missed. Not a reference: the run may be deleted, the time stays used.
    run_id      TEXT CHECK (length(run_id) = 36),
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (workflow_id, node_id, due_at)
) STRICT, WITHOUT ROWID;

CREATE TABLE credentials (
    id            TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 36),
    name          TEXT NOT NULL UNIQUE COLLATE NOCASE CHECK (name <> '' AND length(name) <= 200),
    kind          TEXT NOT NULL,
    hosts         TEXT NOT NULL CHECK (json_type(hosts) = 'array'),
    public_fields TEXT NOT NULL CHECK (json_type(public_fields) = 'object'),
    -- Names of the secret values, not the values.
    secret_fields TEXT NOT NULL CHECK (json_type(secret_fields) = 'array'),
    -- Grows with every change.
    version       INTEGER NOT NULL CHECK (version >= 1),
    created_at    TEXT NOT NULL,
    updated_at    TEXT NOT NULL,
    -- The secret values, encrypted by somebody who has the key. Not readable here.
    sealed        BLOB NOT NULL
) STRICT;

CREATE TABLE data_tables (
    number     INTEGER PRIMARY KEY AUTOINCREMENT,
    id         TEXT NOT NULL UNIQUE CHECK (length(id) = 36),
    name       TEXT NOT NULL CHECK (name <> '' AND length(name) <= 200),
    -- The name in lower case, by Unicode's rules.
    name_key   TEXT NOT NULL UNIQUE,
    columns    TEXT NOT NULL CHECK (json_type(columns) = 'array'),
    -- Numbers of rows are never used twice.
    next_row   INTEGER NOT NULL DEFAULT 1 CHECK (next_row >= 1),
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE data_rows (
    data_table INTEGER NOT NULL REFERENCES data_tables (number) ON DELETE CASCADE,
    id         INTEGER NOT NULL CHECK (id >= 1),
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    -- The values, in the order of the table's columns: names never become part of a statement.
    cells      TEXT NOT NULL CHECK (json_type(cells) = 'array'),
    PRIMARY KEY (data_table, id)
) STRICT, WITHOUT ROWID;

PRAGMA user_version = 3;
