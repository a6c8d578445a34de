-- Applications with what became of them, conversions of the PIN with their pages, and the body's own people.

CREATE TABLE application (
    id          TEXT    PRIMARY KEY,
    citizen_id  INTEGER NOT NULL REFERENCES citizen (id) ON DELETE CASCADE,
    kind        TEXT    NOT NULL,
    profile     TEXT    NOT NULL,
    state       TEXT    NOT NULL,
    version     BIGINT  NOT NULL,
    form        BLOB   NOT NULL,
    created_at  BIGINT  NOT NULL,
    protocol    TEXT    UNIQUE,
    filed_at    BIGINT,
    level       TEXT,
    due         TEXT
);

CREATE INDEX application_by_citizen ON application (citizen_id, created_at);
CREATE INDEX application_by_state ON application (state, filed_at);

CREATE TABLE application_event (
    application_id  TEXT    NOT NULL REFERENCES application (id) ON DELETE CASCADE,
    position        BIGINT  NOT NULL,
    at              BIGINT  NOT NULL,
    state           TEXT    NOT NULL,
    actor           TEXT    NOT NULL,
    note            BLOB,
    PRIMARY KEY (application_id, position)
);

CREATE TABLE protocol_counter (
    year         BIGINT  PRIMARY KEY,
    last_number  BIGINT  NOT NULL
);

CREATE TABLE conversion (
    id            TEXT    PRIMARY KEY,
    citizen_id    INTEGER NOT NULL REFERENCES citizen (id) ON DELETE CASCADE,
    state         TEXT    NOT NULL,
    channel       TEXT    NOT NULL,
    identified    BLOB   NOT NULL,
    created_at    BIGINT  NOT NULL,
    submitted_at  BIGINT,
    decided_at    BIGINT,
    decided_by    TEXT,
    reason        TEXT
);

-- One conversion of a person is under way at a time.
CREATE UNIQUE INDEX conversion_under_way ON conversion (citizen_id)
    WHERE state IN ('bozza', 'inviata', 'in_verifica');
CREATE INDEX conversion_by_citizen ON conversion (citizen_id, created_at);
CREATE INDEX conversion_by_state ON conversion (state, submitted_at);

CREATE TABLE document (
    conversion_id  TEXT    NOT NULL REFERENCES conversion (id) ON DELETE CASCADE,
    side           TEXT    NOT NULL,
    media          TEXT    NOT NULL,
    size           BIGINT  NOT NULL,
    sha256         BLOB   NOT NULL,
    content        BLOB   NOT NULL,
    PRIMARY KEY (conversion_id, side)
);

CREATE TABLE operator (
    name        TEXT    PRIMARY KEY,
    hash        TEXT    NOT NULL,
    created_at  BIGINT  NOT NULL
);

CREATE TABLE operator_session (
    token_hash    BLOB   PRIMARY KEY,
    operator      TEXT    NOT NULL REFERENCES operator (name) ON DELETE CASCADE,
    opened_at     BIGINT  NOT NULL,
    last_used_at  BIGINT  NOT NULL,
    expires_at    BIGINT  NOT NULL
);

-- Who has looked at which page, and at which content of it: who decides has looked at all of them.
CREATE TABLE document_look (
    conversion_id  TEXT    NOT NULL REFERENCES conversion (id) ON DELETE CASCADE,
    side           TEXT    NOT NULL,
    operator       TEXT    NOT NULL REFERENCES operator (name) ON DELETE CASCADE,
    sha256         BLOB   NOT NULL,
    at             BIGINT  NOT NULL,
    PRIMARY KEY (conversion_id, side, operator)
);
