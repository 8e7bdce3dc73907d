-- What the user decided on proposed actions, and what was sent to providers.

CREATE TABLE action_decisions (
    message_id   TEXT NOT NULL REFERENCES chat_messages (id) ON DELETE CASCADE,
    -- Place of the action in the message's list, from 0.
    action_index INTEGER NOT NULL CHECK (action_index >= 0),
    decision     TEXT NOT NULL CHECK (decision IN ('applied', 'rejected')),
    -- The version that applying made: an applied action cannot exist without it.
    version_id   TEXT REFERENCES workflow_versions (id) ON DELETE CASCADE,
    -- The user's words for a rejection.
    reason       TEXT,
    decided_at   TEXT NOT NULL,
    -- One decision an action, for good.
    PRIMARY KEY (message_id, action_index),
    CHECK ((decision = 'applied') = (version_id IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX action_decisions_by_version ON action_decisions (version_id);

CREATE TRIGGER decisions_are_for_complete_answers
BEFORE INSERT ON action_decisions
WHEN NOT EXISTS (
    SELECT 1 FROM chat_messages
    WHERE id = NEW.message_id AND role = 'assistant' AND status = 'complete'
        AND NEW.action_index < json_array_length(actions)
)
BEGIN
    SELECT RAISE(ABORT, 'only the actions of a complete answer can be decided');
END;

CREATE TRIGGER decisions_are_final
BEFORE UPDATE ON action_decisions
BEGIN
    SELECT RAISE(ABORT, 'a decision is never changed');
END;

CREATE TABLE sent_payloads (
    message_id TEXT NOT NULL REFERENCES chat_messages (id) ON DELETE CASCADE,
    -- 1 for the first request of an answer, one more for each repair.
    attempt    INTEGER NOT NULL CHECK (attempt >= 1),
    url        TEXT NOT NULL,
    -- JSON list of [name, value]; keys are redacted before they come here.
    headers    TEXT NOT NULL CHECK (json_type(headers) = 'array'),
    sent_at    TEXT NOT NULL,
    body       TEXT NOT NULL,
    PRIMARY KEY (message_id, attempt)
) STRICT;

PRAGMA user_version = 2;
