import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'postgresql',
  casing: 'snake_case',
  // The files with tables; the others in the folder start servers.
  schema: [
    'workspace',
    'message',
    'task',
    'plan',
    'run',
    'step',
    'call',
    'approval',
    'check',
    'event',
    'card',
    'process',
    'policy',
    'standing-approval',
    'estimate',
    'undo',
    'person',
    'installation',
    'session',
    'claim',
    'watch',
    'delivery',
    'conversation',
    'app',
  ].map((noun) => `./src/db/${noun}.ts`),
  out: './drizzle',
});
