/** Teams: how soon its activities are answered, and whether what it is sent keeps within its limits. */
import { build } from './support/program.ts';
import { measureEvents } from './teams/event.ts';

build();
await measureEvents(Number(process.env['SECONDS'] ?? 60));
