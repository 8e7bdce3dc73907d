-- What runs may take is a setting of all runs, too.

CREATE TABLE new_run_settings (
    -- `time_zone`: an IANA name. `budget`: JSON.
    name  TEXT PRIMARY KEY NOT NULL CHECK (name IN ('time_zone', 'budget')),
    value TEXT NOT NULL CHECK (name <> 'budget' OR json_type(value) = 'object')
) STRICT;
INSERT INTO new_run_settings (name, value) SELECT name, value FROM run_settings;
DROP TABLE run_settings;
ALTER TABLE new_run_settings RENAME TO run_settings;

PRAGMA user_version = 4;
