CREATE TABLE IF NOT EXISTS account (id bigint PRIMARY KEY, balance bigint NOT NULL CHECK (balance >= 0));
INSERT INTO account VALUES (1, 100), (2, 0) ON CONFLICT DO NOTHING;
