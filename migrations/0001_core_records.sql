-- Workflows, their versions, conversations and messages.
--
-- Every rule that must hold is held here, so that no program can break it. Never edit this file once it is released:
-- add the next number. Times are RFC 3339 in UTC with six fractional digits, so that their text sorts like the time.
-- Identifiers are UUIDs in their 36-character form.

CREATE TABLE workflows (
    id             TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 36),
    name           TEXT NOT NULL CHECK (name <> '' AND length(name) <= 200),
    description    TEXT NOT NULL DEFAULT '',
    -- With the deferred reference: when a transaction ends, a workflow has the version it calls active.
    active_version INTEGER NOT NULL,
    -- Grows with every change of any workflow: "newest change first" must not depend on the clock.
    change_number  INTEGER NOT NULL,
    created_at     TEXT NOT NULL,
    updated_at     TEXT NOT NULL,
    -- In the trash since; null when it is not.
    deleted_at     TEXT,
    FOREIGN KEY (id, active_version) REFERENCES workflow_versions (workflow_id, version_number)
        DEFERRABLE INITIALLY DEFERRED
) STRICT;

CREATE INDEX workflows_by_change ON workflows (change_number);

CREATE TABLE workflow_versions (
    id                TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 36),
    workflow_id       TEXT NOT NULL REFERENCES workflows (id) ON DELETE CASCADE,
    version_number    INTEGER NOT NULL CHECK (version_number >= 1),
    is_active         INTEGER NOT NULL CHECK (is_active IN (0, 1)),
    origin            TEXT NOT NULL CHECK (origin IN ('user', 'assistant', 'import', 'restore', 'undo', 'redo')),
    -- The message whose actions made this version. Not a reference: clearing a conversation keeps the versions.
    origin_message_id TEXT CHECK (length(origin_message_id) = 36),
    -- The version whose content this is.
    origin_version    INTEGER CHECK (origin_version >= 1 AND origin_version < version_number),
    created_at        TEXT NOT NULL,
    -- Of the definition, for lists that must not parse it. connector_ids: JSON list in order of first use.
    node_count        INTEGER NOT NULL CHECK (node_count >= 0),
    connector_ids     TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(connector_ids)),
    -- SHA-256 over all other columns but is_active, 64 lower-case hexadecimal digits.
    content_hash      TEXT NOT NULL CHECK (length(content_hash) = 64),
    -- Last, because it is large: the columns before it are read without it.
    definition        TEXT NOT NULL CHECK (json_valid(definition)),
    UNIQUE (workflow_id, version_number),
    CHECK ((origin = 'assistant') = (origin_message_id IS NOT NULL)),
    CHECK ((origin IN ('restore', 'undo', 'redo')) = (origin_version IS NOT NULL))
) STRICT;

-- At most one active version; the workflow's own reference and the trigger below make it exactly one.
CREATE UNIQUE INDEX one_active_version ON workflow_versions (workflow_id) WHERE is_active = 1;
-- The light log that undo and redo are computed from, readable without touching the table.
CREATE INDEX workflow_version_log ON workflow_versions (workflow_id, version_number, origin, origin_version);

CREATE TRIGGER the_active_version_is_marked
BEFORE UPDATE OF active_version ON workflows
WHEN NOT EXISTS (
    SELECT 1 FROM workflow_versions
    WHERE workflow_id = NEW.id AND version_number = NEW.active_version AND is_active = 1
)
BEGIN
    SELECT RAISE(ABORT, 'the active version must be marked as active');
END;

CREATE TRIGGER versions_are_never_edited
BEFORE UPDATE OF id, workflow_id, version_number, origin, origin_message_id, origin_version, created_at, node_count,
    connector_ids, content_hash, definition ON workflow_versions
BEGIN
    SELECT RAISE(ABORT, 'a version is never edited after it is written');
END;

-- The cascade from a deleted workflow runs after the workflow is gone, so it passes.
CREATE TRIGGER versions_go_with_their_workflow
BEFORE DELETE ON workflow_versions
WHEN EXISTS (SELECT 1 FROM workflows WHERE id = OLD.workflow_id)
BEGIN
    SELECT RAISE(ABORT, 'a version is deleted with its workflow only');
END;

CREATE TABLE conversation_threads (
    id          TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 36),
    -- One conversation a workflow.
    workflow_id TEXT NOT NULL UNIQUE REFERENCES workflows (id) ON DELETE CASCADE,
    title       TEXT NOT NULL CHECK (length(title) <= 200),
    created_at  TEXT NOT NULL,
    updated_at  TEXT NOT NULL
) STRICT;

CREATE TABLE chat_messages (
    -- Order of arrival, never used twice.
    seq          INTEGER PRIMARY KEY AUTOINCREMENT,
    id           TEXT NOT NULL UNIQUE CHECK (length(id) = 36),
    thread_id    TEXT NOT NULL REFERENCES conversation_threads (id) ON DELETE CASCADE,
    role         TEXT NOT NULL CHECK (role IN ('user', 'assistant', 'system')),
    status       TEXT NOT NULL CHECK (status IN ('streaming', 'complete', 'interrupted', 'failed', 'stopped')),
    -- Never earlier than the message before it in the thread, even when the clock was set back.
    created_at   TEXT NOT NULL,
    -- SHA-256 over all other columns but seq, 64 lower-case hexadecimal digits.
    content_hash TEXT NOT NULL CHECK (length(content_hash) = 64),
    content      TEXT NOT NULL,
    actions      TEXT NOT NULL DEFAULT '[]' CHECK (json_type(actions) = 'array'),
    metadata     TEXT NOT NULL DEFAULT '{}' CHECK (json_type(metadata) = 'object'),
    -- Only an answer can be incomplete.
    CHECK (role = 'assistant' OR status = 'complete')
) STRICT;

-- Both end in seq on their own, because it is the row's number: equal times keep their order of arrival.
CREATE INDEX chat_messages_by_time ON chat_messages (thread_id, created_at);
CREATE INDEX chat_messages_by_role ON chat_messages (thread_id, role);
-- One answer at a time in a thread; also finds what was cut off by a crash.
CREATE UNIQUE INDEX one_streaming_message ON chat_messages (thread_id) WHERE status = 'streaming';

CREATE TRIGGER a_message_moves_its_thread
AFTER INSERT ON chat_messages
BEGIN
    UPDATE conversation_threads SET updated_at = max(updated_at, NEW.created_at) WHERE id = NEW.thread_id;
END;

-- Readable in the file's header, before anything is opened.
PRAGMA user_version = 1;
