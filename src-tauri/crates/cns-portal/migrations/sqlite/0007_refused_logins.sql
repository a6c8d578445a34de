-- Log-ins by PIN that were refused, of people who are there and of people who are not: whoever holds the codice
-- fiscale sees them, and whoever tried learns nothing from the time that writing one takes.

CREATE TABLE refused_login (
    id        INTEGER PRIMARY KEY,
    cf_index  BLOB    NOT NULL,
    at        BIGINT  NOT NULL,
    kind      TEXT
);

CREATE INDEX refused_login_by_person ON refused_login (cf_index, id);
CREATE INDEX refused_login_by_time ON refused_login (at);
