/** Workflows that come with the program: the files of examples/workflows. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../root.ts';
import { parse } from './workflow/parser.ts';

export type Template = {
  name: string;
  /** The comment that the text begins with, or the first lines of its steps. */
  about: string;
  text: string;
};

const folder = join(root, 'examples/workflows');
let read: Promise<Template[]> | undefined;

/** By name. They do not change while the program runs. */
export function listTemplates(): Promise<Template[]> {
  read ??= readTemplates().catch((error) => {
    read = undefined;
    throw error;
  });
  return read;
}

async function readTemplates(): Promise<Template[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.flow')).sort();
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
  return texts.flatMap((text) => {
    const { items } = parse(text).file;
    const workflow = items.find((item) => item.kind === 'workflow');
    if (!workflow) return [];
    const comments = items.flatMap((item) => (item.kind === 'comment' ? [item.text] : []));
    const inside = workflow.body.flatMap((each) => (each.kind === 'comment' ? [each.text] : []));
    return [{ name: workflow.name.text, about: [...comments, ...inside][0] ?? '', text }];
  });
}
