/** docs/openapi.json is what the server does: every route, every answer, every word (F222–F225). */
import { readdirSync, readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020, type AnySchemaObject } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { Router } from 'express';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Card } from '../../src/bot/card.ts';
import { longestMessage } from '../../src/bot/receive.ts';
import { agentKinds, resultTypes } from '../../src/db/agent.ts';
import { appStatuses } from '../../src/db/app.ts';
import { artifactKinds } from '../../src/db/artifact.ts';
import { transaction } from '../../src/db/client.ts';
import { complexities } from '../../src/db/estimate.ts';
import { memoryChanges, visibilities } from '../../src/db/memory.ts';
import { effects, policyDecisions } from '../../src/db/policy.ts';
import { stepStatuses } from '../../src/db/step.ts';

import {
  blockedKinds,
  executionStatuses,
  executionTypes,
  phases,
  priorities,
  runModes,
  taskStatuses,
} from '../../src/db/task.ts';
import { eventSources } from '../../src/db/workflow-event.ts';
import { localWorkspaceId, workspaceKinds } from '../../src/db/workspace.ts';
import { setMemory } from '../../src/engine/memory/memory.ts';
import { taskVerbs } from '../../src/engine/verb.ts';
import { Plan } from '../../src/engine/workflow/plan.ts';
import type { ErrorCode } from '../../src/errors.ts';
import { root } from '../../src/root.ts';
import type { Web } from '../../src/web/context.ts';
import { serve } from '../../src/web/server.ts';
import { testProgram } from '../support/program.ts';

type Media = { schema: AnySchemaObject; examples?: Record<string, { value: unknown }> };
type Reply = { $ref?: string; content: Record<string, Media> };
type Operation = { requestBody?: { content: Record<string, Media> }; responses: Replies };
type Replies = Record<string, Reply>;
type Answer = { status: number; type: string; body: unknown };

const document: {
  paths: Record<string, Record<string, Operation>>;
  components: { responses: Replies; schemas: Record<string, AnySchemaObject> };
} = JSON.parse(readFileSync(join(root, 'docs/openapi.json'), 'utf8'));
const program = await testProgram();
const token = 'a-token-of-more-than-24-characters';

const web: Web = {
  bot: program.bot,
  hub: program.hub,
  workspaceId: localWorkspaceId,
  personId: 'you',
  access: { hosts: [], token },
  isQueueReady: () => false,
};

/** Clients must bear new fields; this test must not: a field that is not written down is an error. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== 'object' || value === null) return value;
  const inner = Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, key === 'examples' ? each : closed(each)]),
  );
  return 'properties' in inner && 'type' in inner
    ? { additionalProperties: false, ...inner }
    : inner;
}

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
formats.default(ajv);
ajv.addKeyword('components');
const components = { components: closed(document.components) };
ajv.addSchema({ $id: 'openapi:', ...components }, undefined, undefined, false);

/** What is wrong with a value; empty when nothing is. */
function problemsOf(schema: AnySchemaObject, value: unknown): string[] {
  const text = JSON.stringify(closed(schema)).replaceAll('"#/', '"openapi:#/');
  const validate = ajv.compile(JSON.parse(text));
  validate(value);
  return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
}

const resolved = (reply: Reply): Reply =>
  reply.$ref ? (document.components.responses[reply.$ref.split('/').at(-1) ?? ''] ?? reply) : reply;

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

/** The operation of a concrete address. */
function operationOf(method: string, address: string): Operation | undefined {
  return operations.find(
    (known) =>
      known.method === method.toLowerCase() &&
      new RegExp(`^${known.path.replace(/\{\w+\}/g, '[^/?]+')}$`).test(address.replace(/\?.*/, '')),
  )?.operation;
}

/** Fails unless the document allows this answer at this address. */
function expectDocumented(method: string, address: string, answer: Answer): void {
  const where = `${method} ${address.slice(0, 80)} → ${answer.status}`;
  const reply = operationOf(method, address)?.responses[answer.status];
  expect(reply, `${where} is not in the document`).toBeDefined();
  const media = reply && resolved(reply).content[answer.type];
  expect(media, `${where} as ${answer.type} is not in the document`).toBeDefined();
  if (media) expect(problemsOf(media.schema, answer.body), where).toEqual([]);
}

type Options = { headers?: Record<string, string>; body?: unknown; address?: string };

/** Asks the running program and holds the answer to the document. */
async function ask(method: string, path: string, options: Options = {}): Promise<Answer> {
  const { headers = {}, body, address = program.address } = options;
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await new Promise<Answer>((resolve, reject) => {
    const sent = httpRequest(address + path, {
      method,
      headers: { 'Content-Type': 'application/json', ...headers },
    });
    sent.on('error', reject).on('response', async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      const said = Buffer.concat(chunks).toString('utf8');
      const type = response.headers['content-type']?.split(';')[0] ?? '';
      const read = type === 'application/json' ? JSON.parse(said) : said;
      resolve({ status: response.statusCode ?? 0, type, body: read });
    });
    sent.end(text);
  });
  expectDocumented(method, path, answer);
  return answer;
}

/** Methods and paths of every router that src/web/api exports. */
async function routesOfApi(): Promise<string[]> {
  const folder = join(root, 'src/web/api');
  const routes: string[] = [];
  for (const file of readdirSync(folder).filter((name) => /^[\w-]+\.ts$/.test(name))) {
    const exported: Record<string, (web: Web) => Router> = await import(join(folder, file));
    for (const [name, create] of Object.entries(exported)) {
      if (!name.endsWith('Api')) continue;
      for (const { route } of create(web).stack) {
        for (const { method } of route?.stack ?? []) routes.push(`${method} /api${route?.path}`);
      }
    }
  }
  return routes;
}

const codes = {
  ...{ INVALID: 400, NOT_FOUND: 404, FORBIDDEN: 403, CONFLICT: 409 },
  ...{ LIMIT: 413, NOT_READY: 503, UPSTREAM: 502, INTERNAL: 500 },
} satisfies Record<ErrorCode, number>;

describe('the document', () => {
  test('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(structuredClone(document));
    expect(errors).toBeUndefined();
    expect([valid, validator.version]).toEqual([true, '3.1']);
  });

  test('has exactly the routes of the site', async () => {
    const described = operations.map(({ method, path }) => `${method} ${path}`);
    const served = (await routesOfApi()).map((route) => route.replace(/:(\w+)/g, '{$1}'));
    expect([...served, 'get /healthz', 'get /readyz'].sort()).toEqual(described.sort());
  });

  test('gives examples that satisfy its own schemas', () => {
    const replies = operations.flatMap(({ operation }) => [
      ...Object.values(operation.responses).map(resolved),
      ...(operation.requestBody ? [operation.requestBody] : []),
    ]);
    let count = 0;
    for (const media of replies.flatMap((reply) => Object.values(reply.content))) {
      for (const { value } of Object.values(media.examples ?? {})) {
        expect(problemsOf(media.schema, value)).toEqual([]);
        count += 1;
      }
    }
    for (const schema of Object.values(document.components.schemas)) {
      for (const value of schema['examples'] ?? []) expect(problemsOf(schema, value)).toEqual([]);
    }
    expect(count).toBeGreaterThan(15);
  });

  test('shows the numbers of the Progress Tracking document', () => {
    const { responses } = document.paths['/api/tasks/{id}/progress']?.['get'] ?? { responses: {} };
    expect(
      responses['200']?.content['application/json']?.examples?.['running']?.value,
    ).toMatchObject({
      ...{ progress: 65, current_step: 2, total_steps: 4, eta_seconds: 180 },
      steps: [{ order: 1, progress: 100, duration_ms: 15000 }, { order: 2, progress: 65 }, {}, {}],
    });
  });

  test.each([
    ['TaskStatus', taskStatuses],
    ['StepStatus', stepStatuses],
    ['Priority', priorities],
    ['Task/properties/execution_status', executionStatuses],
    ['Task/properties/phase', phases],
    ['CreateTask/properties/execution_type', executionTypes],
    ['Task/properties/execution_type', executionTypes],
    ['Task/properties/blocked_kind', [...blockedKinds, null]],
    ['TaskDetail/properties/app/properties/status', appStatuses],
    ['TaskVerb', taskVerbs],
    ['Artifact/properties/kind', artifactKinds],
    ['VerbInput/properties/mode', runModes],
    ['Event/properties/source', eventSources],
    ['Memory/properties/visibility', visibilities],
    [
      'MemoryExport/properties/memories/items/properties/history/items/properties/change',
      memoryChanges,
    ],
    ['Policy/properties/effect', effects],
    ['Policy/properties/decision', policyDecisions],
    ['PutPolicy/properties/decision', policyDecisions],
    ['Workspace/properties/kind', workspaceKinds],
    ['Agent/properties/kind', agentKinds],
    ['PutAgent/properties/kind', agentKinds],
    ['ResultField/properties/type', resultTypes],
    ['Plan/properties/risk', Plan.shape.risk.options],
    ['EstimateAccuracy/properties/bands/items/properties/complexity', complexities],
    ['Card/properties/kind', Card.shape.kind.options],
    ['Action/properties/style', Card.shape.actions.unwrap().element.shape.style.options],
    ['Error/properties/error/properties/code', Object.keys(codes)],
  ])('lists the words of %s as the program does', (path, words) => {
    const found = path
      .split('/')
      .reduce<AnySchemaObject>((schema, key) => schema[key] ?? {}, document.components.schemas);
    expect(found['enum']).toEqual([...words]);
  });
});

describe('the answers', () => {
  test('are as described from the sentence to the delivery', async () => {
    await ask('GET', '/api/tasks');
    await ask('GET', '/api/estimates/accuracy');
    const sentence = 'Keep track of wine bottles with name, vintage and price';
    const { status } = await ask('POST', '/api/messages', {
      body: { conversation: 'wine', text: sentence, id: 'one' },
    });
    expect(status).toBe(202);
    const plan = await program.card('wine', 'plan');
    const { body } = await ask('GET', '/api/tasks');
    const id = (body as { tasks: { task_id: string }[] }).tasks[0]?.task_id;
    const look = async () => {
      for (const path of ['/api/conversations/wine', '/api/tasks']) await ask('GET', path);
      await ask('GET', `/api/tasks/${id}`);
      const answer = await ask('GET', `/api/tasks/${id}/progress`);
      return (answer.body as { status: string }).status;
    };
    expect(await look()).toBe('ready');

    const accept = plan.actions.find((action) => action.label === 'Accept')?.id;
    const first = await ask('POST', '/api/actions', { body: { id: accept } });
    expect(first).toMatchObject({ status: 200, body: { outcome: 'done' } });
    while ((await look()) !== 'completed') await sleep(20);
    const again = await ask('POST', '/api/actions', { body: { id: accept, input: {} } });
    expect(again).toMatchObject({ status: 200, body: { outcome: 'stale' } });
    await program.card('wine', 'delivery');
    await look();
    const { body: accuracy } = await ask('GET', '/api/estimates/accuracy');
    expect(accuracy).toMatchObject({
      overall: { runs: 1 },
      bands: [{ complexity: 'simple', runs: 1 }, { runs: 0 }, { runs: 0 }],
    });
  });

  test('are as described for a question, a list and a cancelled task', async () => {
    for (const text of ['Make an app', 'help', 'list my tasks', 'cancel'])
      await ask('POST', '/api/messages', { body: { conversation: 'talk', text } });
    await program.card('talk', 'question');
    const answers = async () => {
      const { body } = await ask('GET', '/api/conversations/talk');
      return (body as { messages: { author: string }[] }).messages.filter(
        (message) => message.author === 'factotum',
      ).length;
    };
    while ((await answers()) < 4) await sleep(20);
    const { body } = await ask('GET', '/api/tasks');
    for (const { task_id: id } of (body as { tasks: { task_id: string }[] }).tasks) {
      await ask('GET', `/api/tasks/${id}`);
      await ask('GET', `/api/tasks/${id}/progress`);
    }
  });

  test('are as described for tasks that programs file, change and execute', async () => {
    const file = async (body: Record<string, unknown>) => {
      const answer = await ask('POST', '/api/tasks', { body });
      expect(answer.status).toBe(201);
      return (answer.body as { task_id: string }).task_id;
    };
    const execute = async (taskId: string) => {
      const { status, body } = await ask('POST', '/api/tasks/execute', { body: { taskId } });
      await ask('GET', `/api/tasks/${taskId}`);
      await ask('GET', `/api/tasks/${taskId}/progress`);
      return status === 200 ? (body as { strategy: string }).strategy : status;
    };
    const rule = { condition: { ref: 'priority', op: 'eq', value: 'low' }, action: 'queue' };
    const order = await file({ title: 'Order chairs', automation_rules: [rule] });
    const update = { due_at: '2026-05-01T10:00:00Z', version: 1 };
    for (const status of [200, 409])
      expect((await ask('PATCH', `/api/tasks/${order}`, { body: update })).status).toBe(status);
    expect(await execute(order)).toBe('blocked');
    expect(await execute(await file({ title: 'Plan Q4 marketing campaign' }))).toBe('decompose');
    const app = await file({ title: 'Keep track of records with artist and year' });
    expect(await execute(app)).toBe('immediate');
    expect(await execute(app)).toBe(409);
    for (const path of ['/api/tasks/execute', '/api/tasks']) await ask('GET', path);
  });

  test('are as described for every verb, done and refused', async () => {
    const { body } = await ask('GET', '/api/tasks');
    const [task] = (body as { tasks: { task_id: string }[] }).tasks;
    for (const verb of taskVerbs) await ask('POST', `/api/tasks/${task?.task_id}/verbs/${verb}`);
    const sentence = 'Keep track of bee hives with location and queen age';
    await ask('POST', '/api/messages', { body: { conversation: 'hives', text: sentence } });
    await program.card('hives', 'plan');
    const listed = (await ask('GET', '/api/tasks')).body as { tasks: { task_id: string }[] };
    const path = `/api/tasks/${listed.tasks[0]?.task_id}/verbs`;
    const changed = { text: 'add a notes field to bee hives' };
    const outcomes = [
      await ask('POST', `${path}/modify`, { body: changed }),
      await ask('POST', `${path}/modify`, { body: { text: 'xyzzy' } }),
      await ask('POST', `${path}/pause`, { body: {} }),
      await ask('POST', `${path}/start_over`),
    ];
    expect(outcomes.map(({ status }) => status)).toEqual([200, 200, 409, 200]);
    expect(outcomes[1]?.body).toMatchObject({ question: { text: expect.any(String) } });
    expect(outcomes[3]?.body).toMatchObject({ task_id: expect.stringMatching(/^tsk_/) });
  });

  test('are as described for what tasks write', async () => {
    const title = 'Draft email to john@example.com thanking him for the meeting';
    const { body } = await ask('POST', '/api/tasks', { body: { title } });
    const path = `/api/tasks/${(body as { task_id: string }).task_id}`;
    const taskId = (body as { task_id: string }).task_id;
    await ask('POST', '/api/tasks/execute', { body: { taskId } });
    await ask('GET', `${path}/artifacts`);
    const put = async (change: object) =>
      (await ask('PUT', `${path}/artifacts`, { body: change })).status;
    expect([
      await put({ change: 'sign it Bob', version: 1 }),
      await put({ change: 'make it purple' }),
      await put({ text: 'Hello', subject: 'Hi', version: 2 }),
      await put({ text: 'Hello', version: 1 }),
      await put({}),
    ]).toEqual([200, 200, 200, 409, 400]);
    const send = async (to: string) =>
      (await ask('POST', `${path}/artifacts/send`, { body: { to } })).status;
    expect([await send('john@example.com'), await send('web:shop'), await send('x')]).toEqual([
      200, 202, 400,
    ]);
    await ask('GET', `${path}/artifacts`);
    expect(await ask('GET', `${path}/artifacts/3/text`)).toMatchObject({ body: 'Hello\n' });
    expect((await ask('GET', `${path}/artifacts/9/text`)).status).toBe(404);
    await program.card(taskId, 'approval');
    await ask('GET', `/api/conversations/${taskId}`);
  });

  test('are as described for policies, standing approvals and the workspace', async () => {
    await ask('GET', '/api/policies');
    const rule = { decision: 'ask', approvers: ['boss'], needed: 1, self_approval: false };
    const set = await ask('PUT', '/api/policies/structural/create_tables', { body: rule });
    expect(set).toMatchObject({
      status: 200,
      body: {
        policies: expect.arrayContaining([
          { ...rule, effect: 'structural', tool: 'create_tables', own: true },
        ]),
      },
    });
    expect((await ask('DELETE', '/api/policies/structural/create_tables')).status).toBe(200);
    expect((await ask('DELETE', '/api/policies/structural/create_tables')).status).toBe(404);

    const expires_at = new Date(Date.now() + 86_400_000).toISOString();
    const grant = { tool: 'create_tables', recipients: [], max_uses: 5, expires_at };
    const granted = await ask('POST', '/api/standing-approvals', { body: grant });
    expect(granted).toMatchObject({ status: 201, body: { ...grant, uses: 0, state: 'usable' } });
    const { id } = granted.body as { id: string };
    await ask('GET', '/api/standing-approvals');
    const revoked = await ask('DELETE', `/api/standing-approvals/${id}`);
    expect(revoked).toMatchObject({ status: 200, body: { state: 'revoked', revoked_by: 'you' } });
    expect((await ask('DELETE', `/api/standing-approvals/${id}`)).status).toBe(409);

    const hours = { days: [1, 2, 3, 4, 5], from: '09:00', to: '17:30' };
    const patch = { approvers: ['boss'], fallback_approver: 'director', working_hours: hours };
    const patched = await ask('PATCH', '/api/workspace', { body: patch });
    expect(patched).toMatchObject({ status: 200, body: patch });
    expect((await ask('POST', '/api/standing-approvals', { body: grant })).status).toBe(403);
    const open = { approvers: [], fallback_approver: null, working_hours: null };
    await ask('PATCH', '/api/workspace', { body: open });
    expect((await ask('GET', '/api/workspace')).body).toMatchObject(open);
  });

  test('are as described for workflows: checked, saved, started, looked at and deleted', async () => {
    const text = (input: string) =>
      `ORCHESTRATE WORKFLOW "refund"\n  INPUT ${input}, limit = 100\n  HUMAN TASK "Look at {${input}}, up to {limit}"\nEND WORKFLOW\n`;
    const save = (body: unknown) => ask('POST', '/api/workflows', { body });
    const check = async (words: string) =>
      (await ask('POST', '/api/workflows/validate', { body: { text: words } })).body;
    expect(await check(text('order_id'))).toMatchObject({ valid: true, runnable: true });
    expect(await check('ORCHESTRATE WORKFLOW "w"\n  HUMEN TASK "x"\nEND WORKFLOW')).toMatchObject({
      valid: false,
      problems: [{ code: 'WF201', line: 2, column: 3, hint: expect.stringContaining('HUMAN') }],
    });
    const saved = [text('order_id'), text('order_id'), text('order')];
    for (const [at, status] of [201, 200, 201].entries())
      expect((await save({ text: saved[at] })).status).toBe(status);
    expect((await ask('GET', '/api/workflows')).body).toMatchObject({
      workflows: [{ name: 'refund', version: 2, inputs: [{ name: 'order' }, { value: '100' }] }],
    });
    expect((await ask('GET', '/api/workflows/Refund')).body).toMatchObject({
      text: text('order'),
      versions: [{ version: 2 }, { version: 1 }],
    });
    const runs = '/api/workflows/refund/runs';
    const start = { inputs: { order: 7 }, accept: true, id: 'mine' };
    const filed = await ask('POST', runs, { body: start });
    expect(filed.status).toBe(201);
    expect(await ask('POST', runs, { body: start })).toEqual(filed);
    const { task_id: id } = filed.body as { task_id: string };
    const running = async () => {
      const { body } = await ask('GET', runs);
      return (body as { runs: Record<string, unknown>[] }).runs[0];
    };
    while ((await running())?.['current_step'] !== 1) await sleep(20);
    for (const path of [`/api/tasks/${id}`, `/api/tasks/${id}/progress`]) await ask('GET', path);
    await ask('GET', '/api/workflow-templates');
    const template = '/api/workflow-templates/refund-approval';
    for (const status of [201, 200])
      expect(await ask('POST', template)).toMatchObject({
        status,
        body: { workflows: [{ name: 'refund-approval', version: 1 }], missing_agents: [] },
      });
    const asking = 'ORCHESTRATE WORKFLOW "asks"\n  BOT "refund-cheker" "x"\nEND WORKFLOW\n';
    const warning = { code: 'WF315', line: 2, column: 7, hint: 'Did you mean "refund-checker"?' };
    expect(await check(asking)).toMatchObject({ valid: true, problems: [warning] });
    expect(await save({ text: asking })).toMatchObject({
      status: 201,
      body: { warnings: [{ ...warning, frame: expect.stringContaining('^^^^^^^^^^^^^^^') }] },
    });
    expect(await ask('POST', '/api/workflows/asks/runs', { body: {} })).toMatchObject({
      status: 400,
      body: {
        error: {
          message:
            '“asks” cannot be run. Line 2, column 7: There is no agent “refund-cheker” here. Did you mean "refund-checker"?',
        },
      },
    });
    await ask('DELETE', '/api/agents/refund-checker');
    const gone = await ask('DELETE', '/api/workflows/refund');
    expect(gone.body).toEqual({ name: 'refund', versions: 2 });
    await ask('GET', `/api/tasks/${id}`);
  });
  test('are as described for events, once and once more', async () => {
    const event = { name: 'order_paid', payload: { id: 7, note: 'é' } };
    const headers = { 'Idempotency-Key': 'order-7' };
    const first = await ask('POST', '/api/events', { body: event, headers });
    expect(first).toMatchObject({
      status: 202,
      body: { event_id: expect.stringMatching(/^evt_/) },
    });
    expect(await ask('POST', '/api/events', { body: event, headers })).toEqual(first);
    const inBody = { ...event, idempotency_key: 'order-7' };
    expect(await ask('POST', '/api/events', { body: inBody })).toEqual(first);
    const other = { ...event, payload: { id: 8 } };
    expect((await ask('POST', '/api/events', { body: other, headers })).status).toBe(409);
    const second = await ask('POST', '/api/events', { body: { name: 'order_paid' } });
    const third = await ask('POST', '/api/events', { body: { name: 'order_paid' } });
    expect(second.body).not.toEqual(third.body);
    const listed = await ask('GET', '/api/events?name=order_paid&limit=2');
    expect(listed.body).toMatchObject({ events: [third.body, second.body].map(idOf) });
    const { seq } = (listed.body as { events: { seq: number }[] }).events[1] ?? { seq: 0 };
    const older = await ask('GET', `/api/events?name=order_paid&before=${seq}`);
    expect(older.body).toMatchObject({ events: [{ ...event, ...idOf(first.body), depth: 0 }] });
  });
  const idOf = (body: unknown) => ({ id: (body as { event_id: string }).event_id });

  test('are as described for what agents remember', async () => {
    const at = { workspaceId: localWorkspaceId, taskId: 'tsk_none', place: '', now: new Date() };
    const remember = (agent: string, key: string) =>
      transaction(program.bot.engine.db, at, (tx) =>
        setMemory(tx, { ...at, callKey: key }, { agent, key, value: { a: [1] }, expiresAt: null }),
      );
    for (const key of ['one', 'two', 'three']) await remember('cook', key);
    const { id } = await remember('clerk', 'one');
    const listed = await ask('GET', '/api/memory?agent=cook&key=two');
    expect(listed.body).toMatchObject({ memories: [{ key: 'two', value: { a: [1] } }] });
    const exported = await ask('GET', '/api/memory/export');
    expect(exported.body).toMatchObject({
      memories: [{ agent: 'clerk', history: [{ version: 1, change: 'set' }] }, {}, {}, {}],
    });
    expect((await ask('GET', '/api/memory/export?agent=clerk')).body).toMatchObject({
      memories: [{ agent: 'clerk', history: [{ version: 1 }] }],
    });
    expect((await ask('DELETE', `/api/memory/${id}`)).body).toEqual({ deleted: 1 });
    expect((await ask('DELETE', `/api/memory/${id}`)).status).toBe(404);
    expect((await ask('DELETE', '/api/memory?agent=cook')).body).toEqual({ deleted: 3 });
    expect((await ask('GET', '/api/memory')).body).toEqual({ memories: [] });
  });

  test('are as described for agents', async () => {
    const rules = 'IF text CONTAINS "refund" THEN category = "refund"\nELSE category = "other"';
    const result = [{ name: 'category', type: 'choice', options: ['refund', 'other'] }];
    const body = { kind: 'bot', rules, result, capabilities: ['sort messages'] };
    const made = await ask('PUT', '/api/agents/classifier', { body });
    expect(made).toMatchObject({ status: 200, body: { rules, version: 1, enabled: true } });
    const again = await ask('PUT', '/api/agents/Classifier', { body: { ...body, enabled: false } });
    expect(again.body).toMatchObject({ name: 'Classifier', version: 2, enabled: false });
    expect((await ask('GET', '/api/agents/CLASSIFIER')).body).toEqual(again.body);
    expect((await ask('GET', '/api/agents')).body).toEqual({ agents: [again.body] });
    expect((await ask('DELETE', '/api/agents/classifier')).body).toEqual({ agents: [] });
    expect((await ask('DELETE', '/api/agents/classifier')).status).toBe(404);
  });

  const action = { id: 'act_unknown' };
  const verbs = '/api/tasks/tsk_none/verbs';
  const rule = { decision: 'auto' };
  test.each<[string, number, string, string, Options]>([
    ['an unknown task', 404, 'GET', '/api/tasks/tsk_none', {}],
    ['the progress of an unknown task', 404, 'GET', '/api/tasks/tsk_none/progress', {}],
    ['a task without a title', 400, 'POST', '/api/tasks', { body: {} }],
    [
      'a large task',
      413,
      'POST',
      '/api/tasks',
      { body: { title: 'x'.repeat(7 * longestMessage) } },
    ],
    ['a change of an unknown task', 404, 'PATCH', '/api/tasks/tsk_none', { body: { title: 'x' } }],
    ['a change of nothing', 400, 'PATCH', '/api/tasks/tsk_none', { body: {} }],
    [
      'an unknown task to execute',
      404,
      'POST',
      '/api/tasks/execute',
      { body: { taskId: 'tsk_0' } },
    ],
    ['no task to execute', 400, 'POST', '/api/tasks/execute', { body: {} }],
    ['a broken address', 400, 'GET', '/api/tasks/%E0%A4%A', {}],
    ['a conversation with a blank', 400, 'GET', '/api/conversations/a%20b', {}],
    ['an unknown verb', 404, 'POST', `${verbs}/fly`, {}],
    ['a verb on an unknown task', 404, 'POST', `${verbs}/pause`, {}],
    ['a verb on a task that is none', 404, 'POST', '/api/tasks/x/verbs/pause', {}],
    ['a verb with wrong input', 400, 'POST', `${verbs}/skip`, { body: { confirmed: 'yes' } }],
    [
      'a verb with half a character',
      400,
      'POST',
      `${verbs}/modify`,
      { body: '{"text":"\\ud800"}' },
    ],
    ['a verb in no JSON', 400, 'POST', `${verbs}/pause`, { body: '{' }],
    ['a policy for an unknown effect', 400, 'PUT', '/api/policies/fly/*', { body: rule }],
    ['a policy for an unknown tool', 400, 'PUT', '/api/policies/send/fly', { body: rule }],
    [
      'a policy for a tool of another effect',
      400,
      'PUT',
      '/api/policies/send/create_tables',
      { body: rule },
    ],
    [
      'a policy that nobody could fulfil',
      400,
      'PUT',
      '/api/policies/send/*',
      { body: { decision: 'ask', self_approval: false } },
    ],
    ['a policy without a decision', 400, 'PUT', '/api/policies/send/*', { body: {} }],
    ['no policy of its own', 404, 'DELETE', '/api/policies/send/*', {}],
    ['a standing approval without bounds', 400, 'POST', '/api/standing-approvals', { body: {} }],
    [
      'a standing approval for an unknown tool',
      400,
      'POST',
      '/api/standing-approvals',
      { body: { tool: 'fly', max_uses: 1, expires_at: '2999-01-01T00:00:00Z' } },
    ],
    [
      'a standing approval for a thousand years',
      400,
      'POST',
      '/api/standing-approvals',
      { body: { tool: 'create_tables', max_uses: 1, expires_at: '2999-01-01T00:00:00Z' } },
    ],
    ['an unknown standing approval', 404, 'DELETE', '/api/standing-approvals/sta_none', {}],
    [
      'working hours that end before they begin',
      400,
      'PATCH',
      '/api/workspace',
      { body: { working_hours: { days: [1], from: '17:00', to: '09:00' } } },
    ],
    ['an approver without a name', 400, 'PATCH', '/api/workspace', { body: { approvers: [' '] } }],
    ['no workflow in a text', 400, 'POST', '/api/workflows', { body: { text: '' } }],
    ['a workflow without a text', 400, 'POST', '/api/workflows/validate', { body: {} }],
    ['an unknown workflow', 404, 'GET', '/api/workflows/none', {}],
    ['a version that is no number', 400, 'GET', '/api/workflows/none?version=x', {}],
    ['an unknown workflow to delete', 404, 'DELETE', '/api/workflows/none', {}],
    ['an unknown workflow to run', 404, 'POST', '/api/workflows/none/runs', { body: {} }],
    ['inputs that are a list', 400, 'POST', '/api/workflows/none/runs', { body: { inputs: [] } }],
    ['an unknown template', 404, 'POST', '/api/workflow-templates/none', {}],
    ['runs of an unknown workflow', 404, 'GET', '/api/workflows/none/runs', {}],
    ['an event without a name', 400, 'POST', '/api/events', { body: { payload: {} } }],
    ['an event with a blank name', 400, 'POST', '/api/events', { body: { name: 'a b' } }],
    [
      'an event with a null',
      400,
      'POST',
      '/api/events',
      { body: '{"name":"a","payload":{"x":"\\u0000"}}' },
    ],
    ['an event with a list', 400, 'POST', '/api/events', { body: { name: 'a', payload: [] } }],
    [
      'an event with two keys',
      400,
      'POST',
      '/api/events',
      { body: { name: 'a', idempotency_key: '1' }, headers: { 'Idempotency-Key': '2' } },
    ],
    [
      'a large event',
      413,
      'POST',
      '/api/events',
      { body: { name: 'a', payload: { x: 'x'.repeat(70_000) } } },
    ],
    ['events before nothing', 400, 'GET', '/api/events?before=x', {}],
    ['to forget nobody', 400, 'DELETE', '/api/memory', {}],
    ['no memory', 404, 'DELETE', '/api/memory/1', {}],
    ['an unknown agent', 404, 'GET', '/api/agents/nobody', {}],
    ['an agent with a null character', 400, 'GET', '/api/agents/a%00b', {}],
    ['an agent whose name is a path', 400, 'PUT', '/api/agents/..%2Fx', { body: {} }],
    ['an agent with an unknown tool', 400, 'PUT', '/api/agents/a', { body: { tools: ['fly'] } }],
    ['an agent with unreadable rules', 400, 'PUT', '/api/agents/a', { body: { rules: 'IF' } }],
    [
      'an agent with a field that every result has',
      400,
      'PUT',
      '/api/agents/a',
      { body: { result: [{ name: 'text', type: 'text' }] } },
    ],
    [
      'an agent with a choice of nothing',
      400,
      'PUT',
      '/api/agents/a',
      { body: { result: [{ name: 'x', type: 'choice' }] } },
    ],
    ['an agent without end', 400, 'PUT', '/api/agents/a', { body: { limits: { steps: 1_000 } } }],
    [
      'a large agent',
      413,
      'PUT',
      '/api/agents/a',
      { body: { instructions: 'x'.repeat(7 * longestMessage) } },
    ],
    ['an unknown button', 200, 'POST', '/api/actions', { body: action }],
    ['a button without an id', 400, 'POST', '/api/actions', { body: {} }],
    ['no JSON', 400, 'POST', '/api/messages', { body: '{' }],
    [
      'another content type',
      400,
      'POST',
      '/api/messages',
      { headers: { 'Content-Type': 'text/plain' }, body: 'hello' },
    ],
    [
      'an empty message',
      400,
      'POST',
      '/api/messages',
      { body: { conversation: 'bad', text: ' ' } },
    ],
    [
      'a long message',
      413,
      'POST',
      '/api/messages',
      { body: { conversation: 'bad', text: 'x'.repeat(longestMessage + 1) } },
    ],
    [
      'a large body',
      413,
      'POST',
      '/api/actions',
      { body: { ...action, more: 'x'.repeat(7 * longestMessage) } },
    ],
    [
      'another site',
      403,
      'POST',
      '/api/messages',
      { headers: { Origin: 'http://evil.example' }, body: {} },
    ],
    [
      'another site by its mark',
      403,
      'POST',
      '/api/actions',
      { headers: { 'Sec-Fetch-Site': 'cross-site' }, body: action },
    ],
    ['a foreign host', 421, 'GET', '/api/tasks', { headers: { Host: 'evil.example' } }],
    [
      'a foreign host asking whether it can work',
      421,
      'GET',
      '/readyz',
      { headers: { Host: 'evil.example' } },
    ],
    [
      'a foreign host asking whether it lives',
      200,
      'GET',
      '/healthz',
      { headers: { Host: 'evil.example' } },
    ],
    ['whether it can work', 200, 'GET', '/readyz', {}],
  ])('to %s are as described: %i', async (_, status, method, path, options) => {
    expect((await ask(method, path, options)).status).toBe(status);
  });

  test('ask for the token where one is set, and say when the queue does not run', async () => {
    const server = await serve(web, '127.0.0.1', 0);
    onTestFinished(() => server.stop());
    const host = `127.0.0.1:${server.port}`;
    web.access.hosts.push(host);
    const address = `http://${host}`;
    for (const { method, path } of operations) {
      const { status } = await ask(method.toUpperCase(), path.replace(/[{}]/g, ''), { address });
      expect(status).toBe(path === '/healthz' ? 200 : 401);
    }
    const basic = `Basic ${Buffer.from(`anyone:${token}`).toString('base64')}`;
    for (const Authorization of [`Bearer ${token}`, basic]) {
      const { status } = await ask('GET', '/api/tasks', { address, headers: { Authorization } });
      expect(status).toBe(200);
    }
    const headers = { Authorization: `Bearer ${token}` };
    expect((await ask('GET', '/readyz', { address, headers })).status).toBe(503);
  });
});
