CREATE TABLE account (id int PRIMARY KEY, balance bigint NOT NULL);
INSERT INTO account VALUES (1, 100), (2, 0);
CREATE FUNCTION total() RETURNS bigint LANGUAGE sql AS $$ SELECT sum(balance)::bigint FROM account; $$;
