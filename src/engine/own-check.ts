/** Acceptance checks of what is no app: that a text is kept, and that it was sent, word for word. */
import { z } from 'zod';
import { listArtifacts } from '../db/artifact.ts';
import { listSent } from '../db/card.ts';
import { transaction } from '../db/client.ts';
import { redact } from '../redact.ts';
import type { Engine } from './context.ts';

const OwnCheck = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('artifact_written'), text: z.string() }),
  z.object({ kind: z.literal('message_sent'), to: z.string(), text: z.string() }),
]);

type Seen = { passed: boolean; evidence: string };
type Where = {
  workspaceId: string;
  taskId: string;
  stage: 'before' | 'after';
  isRehearsal: boolean;
};

/** Undefined for a check that is not one of these. */
export async function observeOwn(
  engine: Engine,
  { workspaceId, taskId, stage, isRehearsal }: Where,
  check: unknown,
): Promise<Seen | undefined> {
  const parsed = OwnCheck.safeParse(check);
  if (!parsed.success) return undefined;
  if (isRehearsal)
    return { passed: stage === 'after', evidence: 'Rehearsed: nothing was kept or sent.' };
  const { data } = parsed;
  // What is stored is without secrets.
  const words = redact(data.text).trim();
  return transaction(engine.db, { workspaceId }, async (tx): Promise<Seen> => {
    if (data.kind === 'artifact_written') {
      const found = (await listArtifacts(tx, taskId)).find(({ text }) => text.trim() === words);
      return found
        ? { passed: true, evidence: `It is version ${found.version}.` }
        : { passed: false, evidence: 'There is no such draft yet.' };
    }
    const sent = (await listSent(tx, taskId)).some(
      (one) => `${one.channel}:${one.conversation}` === data.to && one.text.trim() === words,
    );
    return sent
      ? { passed: true, evidence: `It stands in ${data.to}.` }
      : { passed: false, evidence: 'It was not sent yet.' };
  });
}
