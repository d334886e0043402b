-- Undoes 0004_slack.
DROP TABLE deliveries, watches, claims, installations;
DROP INDEX tasks_requester_index, people_email_index;
ALTER TABLE people DROP CONSTRAINT people_notify_check;
ALTER TABLE people DROP COLUMN name, DROP COLUMN email, DROP COLUMN timezone, DROP COLUMN notify,
  DROP COLUMN quiet_from, DROP COLUMN quiet_to;
ALTER TABLE workspaces DROP COLUMN organisation;
DELETE FROM drizzle.__drizzle_migrations WHERE created_at = (SELECT max(created_at) FROM drizzle.__drizzle_migrations);
