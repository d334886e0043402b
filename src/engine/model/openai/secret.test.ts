/** A secret in every place of a text, an app or a plan: none reaches the model. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { planOf, toolStep } from '../../../../test/support/engine.ts';
import { openaiServer } from '../../../../test/support/openai-server.ts';
import { defineTool } from '../../tools/tool.ts';
import { createOpenAiModel } from './openai.ts';

const example = readFileSync(
  join(import.meta.dirname, '../../../../test/fixtures/openai/understand-crm.json'),
  'utf8',
);
const { answer } = JSON.parse(example) as { answer: object };
const sent = new Map<string, string>();
const server = await openaiServer((asked) => {
  const name = asked.response_format?.json_schema?.name ?? '';
  sent.set(name, `${sent.get(name) ?? ''}${JSON.stringify(asked)}`);
  if (name === 'understand') return { say: answer };
  if (name === 'revise')
    return { say: { commands: [], question: { text: 'What?', suggestions: [] } } };
  if (name === 'extract') return { say: { tasks: [] } };
  if (name === 'revise_plan') return { say: { leave_out: [], set: [], question: 'What?' } };
  return { say: { strategy: 'blocked', execution_type: 'manual', lacks: null, parts: [] } };
});
const log = { info: () => {}, warn: () => {}, error: () => {} };
const settings = { baseUrl: server.baseUrl, model: 'test', timeoutMs: 5_000, maxTokens: 8_000 };
const model = createOpenAiModel(
  { ...settings, apiKey: ['s', 'k-key-of-this-server-0123456789abc'].join('') },
  { log, signal: new AbortController().signal, now: () => new Date() },
);
const context = { now: new Date(), locale: 'en-US', currency: 'USD', timezone: 'UTC' };

let planted = 0;
function canary(): string {
  planted += 1;
  return ['gh', `p_CaNaRy0123456789abcdefgh${String(planted).padStart(3, '0')}`].join('');
}

test('a secret in any place is not sent to the model', async () => {
  const text = `A list of servers, password: hunter22x, with ${canary()}`;
  const found = await model.understand(text, context);
  if (found.kind !== 'app') throw new Error(found.text);
  await model.assess(`Water the plants with ${canary()}`, context);
  await model.extract({ text: `Please send ${canary()} to Ann`, author: canary() }, context);
  const spec = structuredClone(found.spec);
  spec.name = `Shop ${canary()}`;
  for (const entity of spec.entities) {
    entity.label = `${entity.label} ${canary()}`;
    for (const field of entity.fields) {
      field.label = `${field.label} ${canary()}`;
      if (field.type === 'status')
        for (const option of field.options) option.label = `${option.label} ${canary()}`;
    }
  }
  for (const view of spec.views) view.label = `${view.label} ${canary()}`;
  await model.revise(spec, `use ${canary()}`, context);
  const input = { folder: `x ${canary()}`, title: canary(), password: 'tulip-umbrella' };
  const plan = planOf([toolStep('report', { tool: 'report', name: `Do ${canary()}`, input })]);
  const report = defineTool({
    ...{ name: 'report', description: 'Report', effect: 'write', idempotent: true, unitMs: 1 },
    ...{ input: z.unknown(), output: z.unknown(), run: async () => ({}) },
  });
  const tools = new Map([['report', report]]);
  await model.revisePlan(plan, `make it ${canary()}`, { failedKey: undefined, tools });

  expect([...sent.keys()].sort()).toEqual([
    'assess',
    'extract',
    'revise',
    'revise_plan',
    'understand',
  ]);
  for (const [prompt, words] of sent) {
    expect(words, prompt).toContain('•••• (hidden)');
    expect(words, prompt).not.toMatch(/CaNaRy|hunter22x|tulip-umbrella/);
  }
  expect(planted).toBeGreaterThan(30);
});
