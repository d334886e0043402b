/** What workflows let agents remember: SET and GET BOT MEMORY, BOT SHARE MEMORY, BOT SYNC MEMORY. */
import { z } from 'zod';
import { type Tx, transaction } from '../../db/client.ts';
import { findTask, type Task } from '../../db/task.ts';
import { FactotumError } from '../../errors.ts';
import { getMemory, type Occasion, placeOf, setMemory } from '../memory/memory.ts';
import { shareMemory, syncMemory } from '../memory/share.ts';
import { undoSet } from '../memory/undo.ts';
import { defineTool, type ToolContext } from './tool.ts';

/** Few milliseconds, and a repetition of the same call changes nothing. */
const brief = { idempotent: true, unitMs: 5, self: 'agent' } as const;
const Word = z.string().max(200);
/** Whose memory it is; without one, that of the workflow. */
const Agent = Word.optional();

/** Within a transaction that knows where the task is talked about. */
async function remembering<T>(
  { db, scope, taskId, idempotencyKey }: ToolContext,
  named: string | undefined,
  work: (tx: Tx, at: Occasion & { agent: string }) => Promise<T>,
): Promise<T> {
  return transaction(db, scope, async (tx) => {
    const task = await findTask(tx, taskId);
    if (!task) throw new FactotumError('NOT_FOUND', 'The task is not there any more.');
    const agent = named ?? agentOf(task);
    const at = { taskId, place: placeOf(task), callKey: idempotencyKey, now: new Date() };
    return work(tx, { ...scope, ...at, agent });
  });
}

/** A task that runs a workflow has its name. */
const agentOf = ({ title }: Pick<Task, 'title'>): string => title.slice(0, 120);

const SetOutput = z.object({
  agent: z.string(),
  key: z.string(),
  /** Null in a dry run, where nothing is remembered. */
  memory: z.string().nullable(),
  version: z.int(),
});

export const setMemoryTool = defineTool({
  name: 'set_memory',
  description: 'Lets an agent remember a value.',
  effect: 'write',
  ...brief,
  input: z.object({
    agent: Agent,
    key: Word,
    value: z.unknown(),
    expires_in_seconds: z
      .number()
      .positive()
      .max(10 * 365 * 86_400)
      .optional(),
  }),
  output: SetOutput,
  preview: ({ agent, key }) => ({
    lines: [`${agent ?? 'The workflow'} will remember “${key}”.`],
    impact: null,
  }),
  basis: (input) => input,
  undo: {
    can: true,
    what: 'Restores what was remembered before, unless it was changed since.',
    run: ({ db, scope, taskId, output, force }) => {
      const { memory, key, version } = SetOutput.parse(output);
      if (memory === null)
        return Promise.resolve({ outcome: 'reversed', note: 'It was a dry run.' });
      return transaction(db, scope, (tx) =>
        undoSet(tx, { ...scope, taskId }, { memory, key, version }, force),
      );
    },
  },
  async run(context, { agent, key, value, expires_in_seconds: seconds }) {
    if (context.rehearsalRunId !== null)
      return { agent: agent ?? '', key, memory: null, version: 0 };
    return remembering(context, agent, async (tx, at) => {
      const expiresAt = seconds === undefined ? null : new Date(at.now.getTime() + seconds * 1000);
      const set = await setMemory(tx, at, { agent: at.agent, key, value, expiresAt });
      return { agent: set.agent, key: set.key, memory: set.id, version: set.version };
    });
  },
});

export const getMemoryTool = defineTool({
  name: 'get_memory',
  description: 'Reads what an agent remembers.',
  effect: 'read',
  ...brief,
  input: z.object({ agent: Agent, key: Word }),
  /** `value` is null when nothing is remembered; `version` is 0 then. */
  output: z.object({ value: z.unknown(), version: z.int() }),
  basis: (input) => input,
  undo: { can: false, why: 'Cannot be undone: it was read.' },
  async run(context, { agent, key }) {
    const found = await remembering(context, agent, (tx, at) => getMemory(tx, { ...at, key }));
    return { value: found?.shown ?? null, version: found?.shownVersion ?? 0 };
  },
});

export const shareMemoryTool = defineTool({
  name: 'share_memory',
  description: 'Gives what an agent remembers to other agents.',
  effect: 'write',
  ...brief,
  input: z.object({
    agent: Agent,
    key: Word,
    with: z.array(Word).min(1).max(50),
    as: z.enum(['copy', 'link']).default('copy'),
  }),
  /** Nobody when there is nothing of that name. */
  output: z.object({ shared_with: z.array(z.string()) }),
  preview: ({ agent, key, with: others }) => ({
    lines: [`${agent ?? 'The workflow'} will share “${key}” with ${others.join(', ')}.`],
    impact: null,
  }),
  basis: (input) => input,
  undo: { can: false, why: 'Cannot be undone: others know it now.' },
  async run(context, { agent, key, with: others, as: how }) {
    if (context.rehearsalRunId !== null) return { shared_with: others };
    const shared = await remembering(context, agent, (tx, at) =>
      shareMemory(tx, at, { agent: at.agent, key, with: others, how }),
    );
    return { shared_with: shared };
  },
});

const Keys = z.array(z.string());
export const syncMemoryTool = defineTool({
  name: 'sync_memory',
  description: 'Lets an agent take over what another one remembers and it does not, or not so new.',
  effect: 'write',
  ...brief,
  input: z.object({ agent: Agent, from: Word }),
  output: z.object({ taken: Keys, kept: Keys, conflicts: Keys }),
  basis: (input) => input,
  undo: { can: false, why: 'Cannot be undone: what was taken over is in use.' },
  async run(context, { agent, from }) {
    if (context.rehearsalRunId !== null) return { taken: [], kept: [], conflicts: [] };
    return remembering(context, agent, (tx, at) => syncMemory(tx, at, { agent: at.agent, from }));
  },
});
