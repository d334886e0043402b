import { describe, expect, test } from 'vitest';
import { testBot } from '../../test/support/bot.ts';
import { changePolicy } from '../engine/setting.ts';
import { grantStandingApproval, revokeStandingApproval } from '../engine/standing-approval.ts';

const bench = await testBot();
const { engine, talk } = bench;
const bob = { workspaceId: 'wsp_local', id: 'bob' };
bench.tool('send', undefined, { effect: 'send', recipients: () => ['web:shop'] });
const expiresAt = new Date(engine.now().getTime() + 86_400_000);

describe('what the policies are', () => {
  test('is told for every effect, with the rules of single tools behind it', async () => {
    const place = { effect: 'send', tool: 'send' } as const;
    const rule = { decision: 'ask', approvers: ['boss', 'bob'], needed: 2 } as const;
    const approvers = [...rule.approvers];
    await changePolicy(engine, bob, place, { ...rule, approvers, selfApproval: false });
    expect((await talk().say('show the policies')).text.split('\n')).toEqual([
      'What I ask about',
      '- Reading: without asking',
      '- Writing records: without asking',
      '- Sending messages: asks first',
      '- Sending messages with send: asks first (2 have to agree; asked: boss, bob; not by whoever wanted it)',
      '- Deleting: asks first',
      '- Calling other systems: asks first',
      '- Creating and changing tables: without asking',
    ]);
  });
});

describe('the list of standing approvals', () => {
  test('says that there are none, then each with its bounds and its end', async () => {
    const chat = talk();
    expect(await chat.say('list my standing approvals')).toMatchObject({ kind: 'text' });
    const grant = { tool: 'send', recipients: ['web:shop'], maxUses: 3, expiresAt };
    const first = await grantStandingApproval(engine, bob, grant);
    await revokeStandingApproval(engine, bob, first.id);
    await grantStandingApproval(engine, bob, grant);
    const { text } = await chat.say('list my standing approvals');
    const lines = text.split('\n').slice(1);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^- send to web:shop: 0 of 3 used, until \w+ \d+, \d+\. Given by bob/);
    expect(lines[1]).toContain(`, revoked. Given by bob (${first.id})`);
  });
});
