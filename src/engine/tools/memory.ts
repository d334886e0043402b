/** What workflows let agents remember: SET and GET BOT MEMORY, BOT SHARE MEMORY, BOT SYNC MEMORY. */
import { z } from 'zod';
import { transaction } from '../../db/client.ts';
import { findTask, type Task } from '../../db/task.ts';
import type { Tx } from '../../db/tx.ts';
import { FactotumError } from '../../errors.ts';
import { getMemory, type Occasion, placeOf, setMemory } from '../memory/memory.ts';
import { rehearseMemory } from '../memory/rehearse.ts';
import { shareMemory, syncMemory } from '../memory/share.ts';
import { undoSet } from '../memory/undo.ts';
import { defineTool, type ToolContext } from './tool.ts';

/** Few milliseconds, and a repetition of the same call changes nothing. */
const brief = { idempotent: true, unitMs: 5, self: 'agent' } as const;
const Word = z.string().max(200);
/** Whose memory it is; without one, that of the workflow. */
const Agent = Word.optional();

type At = Occasion & { agent: string };

/** Within a transaction that knows where the task is talked about; of a dry run nothing is kept. */
async function remembering<T>(
  { db, scope, taskId, idempotencyKey, rehearsalRunId }: ToolContext,
  { agent: named, key }: { agent?: string | undefined; key?: string },
  work: (tx: Tx, at: At) => Promise<T>,
): Promise<T> {
  const occasion = async (tx: Tx, agent = named, callKey = idempotencyKey): Promise<At> => {
    const task = await findTask(tx, taskId);
    if (!task) throw new FactotumError('NOT_FOUND', 'The task is not there any more.');
    const at = { taskId, place: placeOf(task), callKey, now: new Date() };
    return { ...scope, ...at, agent: agent ?? agentOf(task) };
  };
  const within = <R>(inside: (tx: Tx) => Promise<R>) => transaction(db, scope, inside);
  if (rehearsalRunId === null) return within(async (tx) => work(tx, await occasion(tx)));
  const { agent } = await within((tx) => occasion(tx));
  return rehearseMemory(
    within,
    rehearsalRunId,
    { agent, ...(key === undefined ? {} : { key }) },
    async (tx, { tool, input, idempotencyKey: made }) => {
      const whose = z.object({ agent: Agent }).parse(input).agent;
      return repeat(tx, tool, input, await occasion(tx, whose, made));
    },
    async (tx) => work(tx, await occasion(tx)),
  );
}

/** What an earlier step of a dry run did, once more. */
async function repeat(tx: Tx, tool: string, input: unknown, at: At): Promise<void> {
  if (tool === setMemoryTool.name) await set(tx, at, SetInput.parse(input));
  else if (tool === shareMemoryTool.name) await share(tx, at, ShareInput.parse(input));
  else await syncMemory(tx, at, { agent: at.agent, from: SyncInput.parse(input).from });
}

function set(
  tx: Tx,
  at: At,
  { key, value, expires_in_seconds: seconds }: z.infer<typeof SetInput>,
) {
  const expiresAt = seconds === undefined ? null : new Date(at.now.getTime() + seconds * 1000);
  return setMemory(tx, at, { agent: at.agent, key, value, expiresAt });
}

const share = (tx: Tx, at: At, { key, with: others, as: how }: z.infer<typeof ShareInput>) =>
  shareMemory(tx, at, { agent: at.agent, key, with: others, how });

/** What will be remembered, without the value. */
const remembered = (agent: string | undefined, key: string): string =>
  `+ memory ${agent ?? 'the workflow'}: ${key}`;

/** A task that runs a workflow has its name. */
const agentOf = ({ title }: Pick<Task, 'title'>): string => title.slice(0, 120);

const SetInput = z.object({
  agent: Agent,
  key: Word,
  value: z.unknown(),
  expires_in_seconds: z
    .number()
    .positive()
    .max(10 * 365 * 86_400)
    .optional(),
});
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
  input: SetInput,
  output: SetOutput,
  preview: ({ agent, key }) => ({
    lines: [`${agent ?? 'The workflow'} will remember “${key}”.`],
    impact: null,
  }),
  basis: (input) => input,
  changes: ({ agent, key }) => [remembered(agent, key)],
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
  async run(context, input) {
    const made = await remembering(context, input, (tx, at) => set(tx, at, input));
    const memory = context.rehearsalRunId === null ? made.id : null;
    return { agent: made.agent, key: made.key, memory, version: made.version };
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
    const found = await remembering(context, { agent, key }, (tx, at) =>
      getMemory(tx, { ...at, key }),
    );
    return { value: found?.shown ?? null, version: found?.shownVersion ?? 0 };
  },
});

const ShareInput = z.object({
  agent: Agent,
  key: Word,
  with: z.array(Word).min(1).max(50),
  as: z.enum(['copy', 'link']).default('copy'),
});

export const shareMemoryTool = defineTool({
  name: 'share_memory',
  description: 'Gives what an agent remembers to other agents.',
  effect: 'write',
  ...brief,
  input: ShareInput,
  /** Nobody when there is nothing of that name. */
  output: z.object({ shared_with: z.array(z.string()) }),
  preview: ({ agent, key, with: others }) => ({
    lines: [`${agent ?? 'The workflow'} will share “${key}” with ${others.join(', ')}.`],
    impact: null,
  }),
  basis: (input) => input,
  changes: ({ key }, { shared_with: others }) => others.map((other) => remembered(other, key)),
  undo: { can: false, why: 'Cannot be undone: others know it now.' },
  async run(context, input) {
    const { agent, key } = input;
    const shared = await remembering(context, { agent, key }, (tx, at) => share(tx, at, input));
    return { shared_with: shared };
  },
});

const SyncInput = z.object({ agent: Agent, from: Word });
const Keys = z.array(z.string());
export const syncMemoryTool = defineTool({
  name: 'sync_memory',
  description: 'Lets an agent take over what another one remembers and it does not, or not so new.',
  effect: 'write',
  ...brief,
  input: SyncInput,
  output: z.object({ taken: Keys, kept: Keys, conflicts: Keys }),
  basis: (input) => input,
  changes: ({ agent }, { taken }) => taken.map((key) => remembered(agent, key)),
  undo: { can: false, why: 'Cannot be undone: what was taken over is in use.' },
  async run(context, { agent, from }) {
    return remembering(context, { agent }, (tx, at) =>
      syncMemory(tx, at, { agent: at.agent, from }),
    );
  },
});
