/** Slack: how soon its events are acknowledged, and whether what it shows keeps up within its limits. */
import { measureEvents } from './slack/event.ts';
import { measureUpdates } from './slack/update.ts';
import { build } from './support/program.ts';

/** `events` or `updates`; both without it. */
const only = process.env['ONLY'];
const seconds = Number(process.env['SECONDS'] ?? 60);

build();
if (only !== 'updates') await measureEvents(seconds);
if (only !== 'events') await measureUpdates(Number(process.env['TASKS'] ?? 200), seconds);
