-- Who the body knows, by what they are reached, what they are told, and who came into their area.

CREATE TABLE archive (
    codice_fiscale  TEXT    PRIMARY KEY,
    surname         TEXT    NOT NULL,
    name            TEXT    NOT NULL,
    sex             TEXT    NOT NULL,
    birth_date      TEXT    NOT NULL,
    birth_place     TEXT    NOT NULL,
    street          TEXT    NOT NULL,
    town            TEXT    NOT NULL,
    province        TEXT    NOT NULL,
    postal_code     TEXT    NOT NULL,
    country         TEXT    NOT NULL,
    tessera_number  TEXT    NOT NULL,
    tessera_expiry  TEXT    NOT NULL,
    walk            TEXT    NOT NULL,
    enrolled        TEXT    NOT NULL,
    offices         TEXT    NOT NULL,
    pension         TEXT,
    pension_number  TEXT,
    pension_since   TEXT,
    pension_cents   BIGINT
);

CREATE TABLE contact (
    citizen_id   INTEGER NOT NULL REFERENCES citizen (id) ON DELETE CASCADE,
    kind         TEXT    NOT NULL,
    value        BLOB    NOT NULL,
    value_index  BLOB    NOT NULL,
    verified_at  BIGINT,
    since        BIGINT  NOT NULL,
    PRIMARY KEY (citizen_id, kind)
);

CREATE TABLE notice (
    id           INTEGER PRIMARY KEY,
    public_id    TEXT    NOT NULL UNIQUE,
    citizen_id   INTEGER NOT NULL REFERENCES citizen (id) ON DELETE CASCADE,
    kind         TEXT    NOT NULL,
    title        TEXT    NOT NULL,
    body         TEXT    NOT NULL,
    created_at   BIGINT  NOT NULL,
    due          TEXT,
    read_at      BIGINT,
    application  TEXT
);

CREATE INDEX notice_by_citizen ON notice (citizen_id, id);

CREATE TABLE access (
    id          INTEGER PRIMARY KEY,
    citizen_id  INTEGER NOT NULL REFERENCES citizen (id) ON DELETE CASCADE,
    at          BIGINT  NOT NULL,
    method      TEXT    NOT NULL,
    succeeded   INTEGER NOT NULL,
    kind        TEXT
);

CREATE INDEX access_by_citizen ON access (citizen_id, id);
