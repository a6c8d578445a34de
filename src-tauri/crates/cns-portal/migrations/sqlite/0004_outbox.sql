-- What is to be sent. `sealed` holds the address and the text, and is emptied when the message is settled. `message`
-- stays the same over every try: it is the letter's file name, the e-mail's Message-ID, the SMS's Idempotency-Key.
CREATE TABLE outbox (
    id             INTEGER PRIMARY KEY,
    message        TEXT    NOT NULL UNIQUE,
    channel        TEXT    NOT NULL CHECK (channel IN ('sms', 'email', 'pec', 'letter')),
    purpose        TEXT    NOT NULL CHECK (purpose IN ('half', 'code', 'notice')),
    half           TEXT             CHECK (half IN ('first', 'second')),
    issue          BIGINT,
    subject_kind   TEXT    NOT NULL,
    subject_id     BIGINT  NOT NULL,
    way            BLOB    NOT NULL,
    sealed         BLOB,
    state          TEXT    NOT NULL CHECK (state IN ('waiting', 'claimed', 'sending', 'sent', 'failed', 'in_doubt')),
    attempts       BIGINT  NOT NULL,
    not_before     BIGINT  NOT NULL,
    claimed_by     TEXT,
    claimed_until  BIGINT,
    created_at     BIGINT  NOT NULL,
    settled_at     BIGINT,
    CHECK ((purpose = 'half') = (half IS NOT NULL AND issue IS NOT NULL)),
    CHECK ((state IN ('sent', 'failed', 'in_doubt')) = (sealed IS NULL)),
    CHECK ((state IN ('sent', 'failed', 'in_doubt')) = (settled_at IS NOT NULL))
);

CREATE INDEX outbox_by_turn ON outbox (channel, state, not_before);
CREATE INDEX outbox_by_subject ON outbox (subject_kind, subject_id);

-- The two halves of one issue never take one way: not the same channel, and not the same address on two channels.
CREATE TRIGGER outbox_two_ways BEFORE INSERT ON outbox WHEN NEW.half IS NOT NULL AND EXISTS (
    SELECT 1 FROM outbox o
    WHERE o.subject_kind = NEW.subject_kind AND o.subject_id = NEW.subject_id AND o.issue = NEW.issue
      AND o.half <> NEW.half AND o.state <> 'failed' AND (o.channel = NEW.channel OR o.way = NEW.way)
) BEGIN SELECT RAISE(ABORT, 'both halves on one way'); END;

CREATE TRIGGER outbox_way_stays BEFORE UPDATE OF message, channel, purpose, half, issue, subject_kind, subject_id, way ON outbox
BEGIN SELECT RAISE(ABORT, 'a message does not change its way'); END;

-- Who did what, linked by an HMAC whose key is not here. Nobody is named: `subject` is an index.
CREATE TABLE audit (
    seq       INTEGER PRIMARY KEY,
    at        BIGINT  NOT NULL,
    event     TEXT    NOT NULL,
    subject   BLOB,
    actor     TEXT    NOT NULL,
    facts     TEXT    NOT NULL,
    previous  BLOB    NOT NULL,
    hash      BLOB    NOT NULL
);

CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'append only'); END;

-- The last link. Its row is also the lock that makes entries wait for each other.
CREATE TABLE audit_head (
    one   BIGINT PRIMARY KEY CHECK (one = 1),
    seq   BIGINT NOT NULL,
    hash  BLOB   NOT NULL
);

INSERT INTO audit_head (one, seq, hash) VALUES (1, 0, zeroblob(32));
