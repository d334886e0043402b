/** How long reading and checking workflow text takes, which happens at each key that is pressed. */
import { join } from 'node:path';
import { runBundled } from './support/bundled.ts';

await runBundled(join(import.meta.dirname, 'support/workflow-text.ts'));
