/** Benchmarks of code alone, as the program has it: bundled. Run from source, names of functions would be kept at a cost. */
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** Bundles a file and runs it in this process. */
export async function runBundled(file: string): Promise<void> {
  // Packages are found from here.
  const folder = await mkdtemp(join(import.meta.dirname, '../../node_modules/.bench-'));
  const outfile = join(folder, 'bench.mjs');
  try {
    await build({
      ...{ entryPoints: [file], outfile, bundle: true, packages: 'external' },
      ...{ platform: 'node', format: 'esm', target: 'node20', logLevel: 'warning' },
    });
    await import(pathToFileURL(outfile).href);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
