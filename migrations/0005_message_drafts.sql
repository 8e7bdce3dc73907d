-- What the user is writing to the assistant, by workflow, so that neither a reload nor the end of the program loses it.

CREATE TABLE message_drafts (
    workflow_id TEXT PRIMARY KEY NOT NULL REFERENCES workflows (id) ON DELETE CASCADE,
    -- An empty draft is none. At most 4 MiB.
    content     TEXT NOT NULL CHECK (octet_length(content) BETWEEN 1 AND 4194304),
    updated_at  TEXT NOT NULL
) STRICT;

PRAGMA user_version = 5;
