/** Keeps a text as what the task has written: the first version of its artefact. Nothing leaves the workspace. */
import { z } from 'zod';
import {
  artifactKinds,
  deleteArtifacts,
  insertArtifact,
  listArtifacts,
} from '../../db/artifact.ts';
import { transaction } from '../../db/client.ts';
import { namedId } from '../../db/id.ts';
import { longestDraft } from '../model/draft.ts';
import { defineTool } from './tool.ts';

export const writeDraftTool = 'write_draft';

export const writeDraft = defineTool({
  name: writeDraftTool,
  description: 'Writes a draft, for a person to read, change and send.',
  effect: 'write',
  idempotent: true,
  unitMs: 10,
  input: z.object({
    kind: z.enum(artifactKinds),
    title: z.string().trim().min(1, 'must not be empty').max(200),
    recipient: z.string().max(300).nullable().default(null),
    subject: z.string().max(300).nullable().default(null),
    text: z.string().trim().min(1, 'must not be empty').max(longestDraft),
    unverified: z.array(z.string().max(200)).max(100).default([]),
  }),
  output: z.object({ version: z.int().positive().nullable(), text: z.string() }),
  preview: ({ title, text }) => ({
    lines: ['This will write 1 draft:', `${title}: “${clip(text)}”`],
    impact: null,
  }),
  // A draft is what its words are: another app in the plan does not write it anew.
  basis: (input) => input,
  undo: {
    can: true,
    what: 'Removes the draft.',
    async run({ db, scope, taskId, force }) {
      return transaction(db, scope, async (tx) => {
        const versions = await listArtifacts(tx, taskId);
        if (versions.length > 1 && !force)
          return {
            outcome: 'kept',
            note: `Kept: it was changed since, to version ${versions.length}.`,
          };
        await deleteArtifacts(tx, taskId);
        return { outcome: 'reversed', note: 'The draft was removed.' };
      });
    },
  },
  async run({ db, scope, taskId, idempotencyKey, rehearsalRunId }, { text, ...about }) {
    // A rehearsal leaves nothing behind; what would be written is in its plan.
    if (rehearsalRunId) return { version: null, text };
    const id = namedId('artifact', scope.workspaceId, idempotencyKey);
    const made = { ...scope, ...about, id, taskId, text, changes: [], madeBy: 'factotum' };
    const version = await transaction(db, scope, (tx) => insertArtifact(tx, made));
    return { version, text };
  },
});

const clip = (text: string) => (text.length > 400 ? `${text.slice(0, 399)}…` : text);
