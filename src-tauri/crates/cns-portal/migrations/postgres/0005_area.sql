-- What the institute has paid: the months of a pension, and the certificates of it. Written when first asked for.

CREATE TABLE pension_slip (
    citizen_id   BIGINT  NOT NULL REFERENCES citizen (id) ON DELETE CASCADE,
    month        TEXT    NOT NULL,
    value_date   TEXT    NOT NULL,
    paid_to      TEXT    NOT NULL,
    category     TEXT    NOT NULL,
    number       TEXT    NOT NULL,
    since        TEXT    NOT NULL,
    gross_cents  BIGINT  NOT NULL,
    PRIMARY KEY (citizen_id, month)
);

CREATE TABLE slip_line (
    citizen_id    BIGINT  NOT NULL,
    month         TEXT    NOT NULL,
    position      BIGINT  NOT NULL,
    code          TEXT    NOT NULL,
    amount_cents  BIGINT  NOT NULL,
    PRIMARY KEY (citizen_id, month, position),
    FOREIGN KEY (citizen_id, month) REFERENCES pension_slip (citizen_id, month) ON DELETE CASCADE
);

CREATE TABLE tax_certificate (
    citizen_id  BIGINT  NOT NULL REFERENCES citizen (id) ON DELETE CASCADE,
    year        BIGINT  NOT NULL,
    number      BIGINT  NOT NULL,
    points      TEXT    NOT NULL,
    PRIMARY KEY (citizen_id, year)
);
