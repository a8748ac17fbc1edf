CREATE TABLE IF NOT EXISTS account (
    id      bigint PRIMARY KEY,
    opening bigint NOT NULL,
    balance bigint NOT NULL CHECK (balance >= 0)
);
CREATE TABLE IF NOT EXISTS entry (
    order_id uuid        NOT NULL,
    account  bigint      NOT NULL REFERENCES account,
    amount   bigint      NOT NULL CHECK (amount <> 0),
    at       timestamptz NOT NULL DEFAULT transaction_timestamp(),
    PRIMARY KEY (order_id, account)
);
INSERT INTO account SELECT id, 10000, 10000 FROM generate_series(1, 100) AS id ON CONFLICT DO NOTHING;
