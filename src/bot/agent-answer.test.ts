import { expect, test } from 'vitest';
import { testBot } from '../../test/support/bot.ts';
import { setAgent } from '../engine/agent/agent.ts';

const { engine, talk, tool } = await testBot();
const bob = { workspaceId: 'wsp_local', id: 'bob' };
tool('look', undefined, { effect: 'read' });

test('who can be asked is listed, and one by one told', async () => {
  expect((await talk().say('show my agents')).text).toContain('There are no agents yet.');
  const about = { kind: 'bot', capabilities: [], result: [], rules: '', tools: [] } as const;
  const limits = { steps: 12, tokens: 40_000, seconds: 120 };
  await setAgent(engine, bob, {
    ...{ ...about, limits, name: 'classifier', enabled: true, tools: ['look'] },
    instructions: 'Say what a message is about.',
    capabilities: ['sort messages'],
    rules: '\' what comes in\nIF text CONTAINS "refund" THEN category = "refund"\n',
    result: [{ name: 'category', type: 'choice', options: ['refund', 'other'], about: '' }],
  });
  await setAgent(engine, bob, {
    ...{ ...about, limits, name: 'Night Desk', enabled: false, instructions: 'Wait.' },
    ...{ tools: [], capabilities: [], result: [] },
  });
  expect((await talk().say('Which agents are there?')).text.split('\n')).toEqual([
    'Agents that steps can ask',
    '- classifier: sort messages',
    '- Night Desk: Wait. (switched off)',
  ]);
  expect((await talk().say('What can the Classifier do?')).text.split('\n')).toEqual([
    'classifier (bot, version 1)',
    '- Good for: sort messages',
    '- Told to: Say what a message is about.',
    '- Answers by 1 rule',
    '- Tools: look',
    '- Answers with: category (refund, other)',
  ]);
  expect((await talk().say('describe the agent night desk')).text).toContain('It is switched off.');
});

test('words that name no agent are about something else', async () => {
  expect((await talk().say('what can my bakery do')).text).not.toContain('agent');
});
