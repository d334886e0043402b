/** What is set for a workspace is in the ledger, as often as it changes. */
import { expect, test } from 'vitest';
import { ana, testEngine } from '../../test/support/engine.ts';
import { changeWorkspace } from './setting.ts';

const { engine, db } = await testEngine();

test('what is set to what it is already is no change', async () => {
  const change = { fallbackApprover: 'ben', approvers: ['ana', 'ana', 'ben'] };
  for (const _ of [1, 2])
    expect(await changeWorkspace(engine, ana, change)).toMatchObject({
      ...{ fallbackApprover: 'ben', approvers: ['ana', 'ben'] },
    });
  await changeWorkspace(engine, ana, { fallbackApprover: null });
  const events =
    await db.raw`select data from task_events where event = 'set_workspace' order by seq`;
  expect(events.map(({ data }) => data.fallbackApprover)).toEqual(['ben', null]);
});
