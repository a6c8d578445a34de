-- Instants are seconds since 1970-01-01T00:00:00Z, days are text, amounts are cents: the same in every SQL database.

CREATE TABLE citizen (
    id                 INTEGER PRIMARY KEY,
    codice_fiscale     TEXT    NOT NULL UNIQUE,
    full_name          TEXT,
    statement_made_at  BIGINT  NOT NULL
);

CREATE TABLE one_time_code (
    code_hash   BLOB    PRIMARY KEY,
    citizen_id  INTEGER NOT NULL REFERENCES citizen (id) ON DELETE CASCADE,
    expires_at  BIGINT  NOT NULL
);

CREATE INDEX one_time_code_by_expiry ON one_time_code (expires_at);

CREATE TABLE session (
    token_hash    BLOB    PRIMARY KEY,
    citizen_id    INTEGER NOT NULL REFERENCES citizen (id) ON DELETE CASCADE,
    method        TEXT    NOT NULL,
    level         INTEGER NOT NULL,
    opened_at     BIGINT  NOT NULL,
    last_used_at  BIGINT  NOT NULL,
    expires_at    BIGINT  NOT NULL
);

CREATE INDEX session_by_expiry ON session (expires_at);
CREATE INDEX session_by_last_use ON session (last_used_at);

CREATE TABLE contribution_period (
    citizen_id       INTEGER NOT NULL REFERENCES citizen (id) ON DELETE CASCADE,
    position         INTEGER NOT NULL,
    management       TEXT    NOT NULL,
    first_day        TEXT    NOT NULL,
    last_day         TEXT    NOT NULL,
    kind             TEXT    NOT NULL,
    for_right        INTEGER NOT NULL,
    for_amount       INTEGER NOT NULL,
    pay_cents        BIGINT,
    employer_name    TEXT,
    employer_number  TEXT,
    notes            TEXT    NOT NULL,
    PRIMARY KEY (citizen_id, position)
);
