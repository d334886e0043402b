/** A thousand runs of a ten-step workflow with a parallel part, beside the same steps as bare jobs: see `engine.ts`. */
process.env['SUITE'] = 'workflow';
process.env['TASKS'] ??= '1000';
process.env['PROCESSES'] ??= '1';
await import('./engine.ts');
