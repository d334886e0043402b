/** Versions of texts in the database: numbered, once, without secrets, and never changed. */
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { ana, testEngine, toolStep } from '../../test/support/engine.ts';
import {
  artifactSends,
  artifacts,
  deleteArtifacts,
  findArtifact,
  insertArtifact,
  insertSend,
  listArtifacts,
  type NewArtifact,
} from './artifact.ts';
import { transaction } from './client.ts';

const bench = await testEngine();
bench.tool('work');
const taskId = await bench.propose([toolStep('one')]);
const { workspaceId } = ana;
const made = (text: string, about: Partial<NewArtifact> = {}): NewArtifact => ({
  ...{ workspaceId, taskId, kind: 'email', title: 'E-mail', recipient: null, subject: null, text },
  ...{ unverified: [], changes: [], madeBy: 'ana', ...about },
});

test('versions count from 1; the same id is one version', async () => {
  const numbers = await bench.read(async (tx) => [
    await insertArtifact(tx, made('One', { id: 'art_one' })),
    await insertArtifact(tx, made('One again', { id: 'art_one' })),
    await insertArtifact(tx, made('Two')),
  ]);
  expect(numbers).toEqual([1, 1, 2]);
  const texts = (await bench.read((tx) => listArtifacts(tx, taskId))).map(({ text }) => text);
  expect(texts).toEqual(['One', 'Two']);
  expect((await bench.read((tx) => findArtifact(tx, taskId)))?.version).toBe(2);
});

test('what looks like a secret is not kept', async () => {
  const secret = `sk-${'a1B2c3D4'.repeat(5)}`;
  await bench.read((tx) => insertArtifact(tx, made(`Use ${secret} for it`)));
  expect((await bench.read((tx) => findArtifact(tx, taskId)))?.text).not.toContain(secret);
});

test('no version and no sending can be changed afterwards', async () => {
  await bench.read((tx) =>
    insertSend(tx, { sendTaskId: taskId, workspaceId, taskId, version: 1, recipient: 'web:shop' }),
  );
  const denied = { cause: { code: '42501' } };
  await expect(
    bench.read((tx) => tx.update(artifacts).set({ text: 'Mine' }).where(eq(artifacts.version, 1))),
  ).rejects.toMatchObject(denied);
  await expect(
    bench.read((tx) => tx.update(artifactSends).set({ recipient: 'web:me' })),
  ).rejects.toMatchObject(denied);
});

test('another workspace sees none of it', async () => {
  const other = { workspaceId: 'wsp_other' };
  expect(await transaction(bench.db, other, (tx) => listArtifacts(tx, taskId))).toEqual([]);
  await transaction(bench.db, other, (tx) => deleteArtifacts(tx, taskId));
  expect(await bench.read((tx) => listArtifacts(tx, taskId))).toHaveLength(3);
});
