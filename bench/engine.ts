/**
 * Five steps of nothing, three times: by the engine with all that it writes, by the bare queue under it,
 * and by DBOS Transact. All of them run bundled, as the program does.
 */
import { join } from 'node:path';
import { runBundled } from './support/bundled.ts';

await runBundled(join(import.meta.dirname, 'contender/run.ts'));
