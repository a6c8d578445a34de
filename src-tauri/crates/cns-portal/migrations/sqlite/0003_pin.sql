-- The portal's PIN: requests, credentials, their halves, what was ordered, and how often somebody tried.
-- A person is found by an index of the codice fiscale; what says who it is stands sealed.

CREATE TABLE pin_request (
    id             TEXT    PRIMARY KEY,
    receipt_index  BLOB    NOT NULL UNIQUE,
    idempotency    BLOB    NOT NULL UNIQUE,
    body_index     BLOB    NOT NULL,
    cf_index       BLOB    NOT NULL,
    sealed         BLOB    NOT NULL,
    origin         TEXT    NOT NULL,
    reasons        TEXT    NOT NULL,
    received_at    BIGINT  NOT NULL,
    examined_at    BIGINT
);

CREATE INDEX pin_request_by_examination ON pin_request (examined_at, received_at);

CREATE TABLE credential (
    id          INTEGER PRIMARY KEY,
    cf_index    BLOB    NOT NULL,
    citizen_id  INTEGER REFERENCES citizen (id) ON DELETE SET NULL,
    request_id  TEXT    REFERENCES pin_request (id),
    holder      BLOB    NOT NULL,
    state       TEXT    NOT NULL,
    kind        TEXT    NOT NULL,
    origin      TEXT    NOT NULL,
    hash        TEXT,
    issue       BIGINT  NOT NULL DEFAULT 0,
    halves_at   BIGINT,
    changed_at  BIGINT,
    used_at     BIGINT,
    created_at  BIGINT  NOT NULL,
    locked_at   BIGINT,
    told_lock   INTEGER NOT NULL DEFAULT 0,
    revoked_at  BIGINT
);

-- Nobody has two (R-71).
CREATE UNIQUE INDEX credential_alive ON credential (cf_index) WHERE state <> 'revocato';
CREATE INDEX credential_by_request ON credential (request_id);
CREATE INDEX credential_by_state ON credential (state);

-- A half whose hash is gone was used, or another took its place.
CREATE TABLE pin_half (
    credential_id  INTEGER NOT NULL REFERENCES credential (id) ON DELETE CASCADE,
    half           TEXT    NOT NULL,
    way            TEXT    NOT NULL,
    sealed_to      BLOB    NOT NULL,
    state          TEXT    NOT NULL,
    hash           TEXT,
    sent_at        BIGINT,
    PRIMARY KEY (credential_id, half)
);

CREATE INDEX pin_half_by_state ON pin_half (state);

CREATE TABLE pin_history (
    credential_id  INTEGER NOT NULL REFERENCES credential (id) ON DELETE CASCADE,
    position       BIGINT  NOT NULL,
    hash           TEXT    NOT NULL,
    PRIMARY KEY (credential_id, position)
);

CREATE TABLE pin_order (
    id           INTEGER PRIMARY KEY,
    purpose      TEXT    NOT NULL,
    cf_index     BLOB    NOT NULL,
    sealed       BLOB    NOT NULL,
    received_at  BIGINT  NOT NULL
);

CREATE TABLE pin_code (
    purpose        TEXT    NOT NULL,
    cf_index       BLOB    NOT NULL,
    code_index     BLOB    NOT NULL,
    credential_id  INTEGER NOT NULL REFERENCES credential (id) ON DELETE CASCADE,
    expires_at     BIGINT  NOT NULL,
    PRIMARY KEY (purpose, cf_index)
);

CREATE TABLE pin_activation (
    token_hash     BLOB    PRIMARY KEY,
    credential_id  INTEGER NOT NULL REFERENCES credential (id) ON DELETE CASCADE,
    expires_at     BIGINT  NOT NULL
);

CREATE TABLE throttle (
    act          TEXT    NOT NULL,
    key          BLOB    NOT NULL,
    tries        BIGINT  NOT NULL,
    window_from  BIGINT  NOT NULL,
    not_before   BIGINT  NOT NULL,
    PRIMARY KEY (act, key)
);

CREATE INDEX throttle_by_age ON throttle (window_from);

ALTER TABLE session ADD COLUMN scope TEXT NOT NULL DEFAULT 'full';
ALTER TABLE session ADD COLUMN credential_id INTEGER REFERENCES credential (id) ON DELETE CASCADE;

CREATE INDEX session_by_credential ON session (credential_id);
