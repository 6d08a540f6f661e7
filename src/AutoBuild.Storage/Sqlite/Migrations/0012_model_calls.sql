-- Numbers what the server itself asks models, so that each call counts once in the ledger.
INSERT INTO counters(name, value) VALUES ('model_call', 0);
