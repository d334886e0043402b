/** Workflows that come with the program: the files of examples/workflows, each a text with what it needs beside it. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { notFound } from '../errors.ts';
import { root } from '../root.ts';
import { parse } from './workflow/parser.ts';

/** `<name>.json` beside `<name>.flow`. */
const Beside = z.strictObject({
  /** What it is for, where its text begins with no comment that says it. */
  about: z.string().min(1).optional(),
  /** With these it can be tried. */
  inputs: z.record(z.string(), z.json()),
  /** Whom it asks: what each is told, and rules that answer without a language model. */
  agents: z.array(
    z.strictObject({
      name: z.string().min(1),
      instructions: z.string().min(1),
      rules: z.array(z.string()),
    }),
  ),
});

export type Template = Omit<z.infer<typeof Beside>, 'about'> & {
  name: string;
  /** What it is for; the comment that the text begins with. */
  about: string;
  text: string;
};

const folder = join(root, 'examples/workflows');
let known: Promise<Template[]> | undefined;

/** By name. They do not change while the program runs. */
export function listTemplates(): Promise<Template[]> {
  known ??= readTemplates().catch((error) => {
    known = undefined;
    throw error;
  });
  return known;
}

/** @throws NOT_FOUND with the names that there are */
export async function getTemplate(name: string): Promise<Template> {
  const templates = await listTemplates();
  const found = templates.find((template) => template.name === name);
  if (found) return found;
  const names = templates.map((template) => template.name).join(', ');
  throw notFound(`There is no template “${name.slice(0, 60)}”. There are: ${names}.`);
}

async function readTemplates(): Promise<Template[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.flow')).sort();
  return Promise.all(
    files.map(async (file) => {
      const text = await readFile(join(folder, file), 'utf8');
      const beside = await readFile(join(folder, file.replace(/flow$/, 'json')), 'utf8');
      const { items } = parse(text).file;
      const about = items.flatMap((item) => (item.kind === 'comment' ? [item.text] : []))[0];
      const name = file.replace(/\.flow$/, '');
      const { about: said, ...rest } = Beside.parse(JSON.parse(beside));
      return { name, about: said ?? about ?? '', text, ...rest };
    }),
  );
}
