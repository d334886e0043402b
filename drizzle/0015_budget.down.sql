-- Undoes 0015_budget. What calls have cost goes; the tokens of each stay in the history of their tasks.
ALTER TABLE tasks DROP COLUMN budget;
DROP TABLE reservations;
DELETE FROM drizzle.__drizzle_migrations WHERE created_at = (SELECT max(created_at) FROM drizzle.__drizzle_migrations);
