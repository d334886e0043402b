/** Who sets agents, what is kept of it, and the agents that templates bring. */
import { expect, test } from 'vitest';
import { ana, testEngine } from '../../../test/support/engine.ts';
import { type AgentSettings, defaultLimits, findAgent, listAgents } from '../../db/agent.ts';
import { listTemplates } from '../template.ts';
import { adoptAgents, removeAgent, setAgent } from './agent.ts';
import { readRules } from './rule.ts';

const bench = await testEngine();
const { engine, read } = bench;
const settings: AgentSettings = {
  ...{ name: 'classifier', kind: 'bot', instructions: 'Sort it.', rules: '', enabled: true },
  ...{ tools: [], capabilities: [], result: [], limits: defaultLimits },
};

test('only those who look after a workspace set agents', async () => {
  await bench.db.raw`update workspaces set kind = 'slack'`;
  await expect(setAgent(engine, ana, settings)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(removeAgent(engine, ana, 'x')).rejects.toMatchObject({ code: 'FORBIDDEN' });
  const brought = [{ name: 'classifier', instructions: 'Sort it.', rules: ['a = 1'] }];
  expect(await read((tx) => adoptAgents(tx, ana, brought))).toEqual(['classifier']);
  expect(await read(listAgents)).toEqual([]);
  await bench.db.raw`update workspaces set kind = 'local'`;
});

test('a change is a version, and is in the ledger; the same once more is none', async () => {
  expect(await setAgent(engine, ana, settings)).toMatchObject({ version: 1 });
  expect(await setAgent(engine, ana, { ...settings })).toMatchObject({ version: 1 });
  const changed = { ...settings, name: 'Classifier', rules: 'a = 1' };
  expect(await setAgent(engine, ana, changed)).toMatchObject({ name: 'Classifier', version: 2 });
  await removeAgent(engine, ana, 'classifier');
  expect(await read((tx) => findAgent(tx, 'classifier'))).toBeUndefined();
  const events = await bench.db.raw`
    select event, data from task_events where event like '%\\_agent' order by seq`;
  expect(events.map((row) => [row['event'], row['data'].version])).toEqual([
    ['set_agent', 1],
    ['set_agent', 2],
    ['remove_agent', 2],
  ]);
});

test('rules that ask need the tool for it, and tools have to be there', async () => {
  const asking = { ...settings, rules: 'ASK "other"' };
  await expect(setAgent(engine, ana, asking)).rejects.toThrow('have to name ask_agent');
  bench.tool('send_it');
  const misspelt = { ...settings, tools: ['sendit'] };
  await expect(setAgent(engine, ana, misspelt)).rejects.toThrow('Did you mean send_it?');
});

test('the agents of every template can be read, and come once', async () => {
  const brought = (await listTemplates()).flatMap(({ agents }) => agents);
  expect(brought.length).toBeGreaterThan(5);
  for (const { rules } of brought) expect(readRules(rules.join('\n')).length).toBeGreaterThan(0);
  expect(await read((tx) => adoptAgents(tx, ana, brought))).toEqual([]);
  await read((tx) => adoptAgents(tx, ana, brought));
  const agents = await read(listAgents);
  expect(agents.length).toBe(new Set(brought.map(({ name }) => name.toLowerCase())).size);
  expect(agents.every(({ version }) => version === 1)).toBe(true);
});
