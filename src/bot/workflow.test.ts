/** Workflows in conversation: pasted, saved, started, asked, changed, run to their end. */
import { describe, expect, test } from 'vitest';
import { testBot } from '../../test/support/bot.ts';
import { listVersions } from '../db/workflow.ts';
import { installedTools } from '../engine/tools/index.ts';

const bench = await testBot();
const ask = installedTools.get('ask_agent');
if (ask) bench.install('ask_agent', ask);
bench.tool('refund', async () => ({ paid: true }));
const refund = [
  'ORCHESTRATE WORKFLOW "refund"',
  '  INPUT order_id, amount',
  '  IF amount > 100 THEN',
  '    HUMAN APPROVAL "Pay {amount} back?" FROM "ana"',
  '  END IF',
  '  CALL TOOL "refund" WITH id = order_id, sum = amount',
  'END WORKFLOW',
].join('\n');

async function saved(words = refund) {
  const talk = bench.talk();
  await talk.say(words);
  await talk.press('Save');
  return talk;
}

describe('a workflow that is pasted', () => {
  test('is shown as it is understood, and saved when somebody says so', async () => {
    const talk = bench.talk();
    const card = await talk.say(`Here it is:\n\`\`\`\n${refund}\n\`\`\``);
    expect(card).toMatchObject({
      kind: 'question',
      title: 'Save the workflow “refund”?',
      fields: [{ label: 'Inputs', value: 'order_id, amount' }],
    });
    expect(card.sections[0]?.items).toContain('· IF amount > 100 THEN');
    expect(await bench.read((tx) => listVersions(tx, 'refund'))).toHaveLength(0);
    expect(await talk.press('Save')).toEqual({
      outcome: 'done',
      message:
        '“refund” is saved as version 1. Say “run refund with order_id = …, amount = …” to start it.',
    });
    expect(talk.last()).toMatchObject({ note: expect.stringContaining('version 1'), actions: [] });
    expect(await bench.read((tx) => listVersions(tx, 'refund'))).toHaveLength(1);
  });

  test('with mistakes is answered with all of them, and nothing is saved', async () => {
    const talk = bench.talk();
    const words = 'ORCHESTRATE WORKFLOW "bad"\n  HUMEN TASK "x"\n  CALL TOOL "refnd"\nEND WORKFLOW';
    const card = await talk.say(words);
    expect(card).toMatchObject({
      title: '2 things are wrong with this workflow',
      sections: [
        {
          items: [
            'Line 2, column 3: “HUMEN” is no keyword. Did you mean HUMAN? · »HUMEN« TASK "x" · WF201',
            expect.stringMatching(/^Line 3, column 13: .* · CALL TOOL »"refnd"« · WF\d+$/),
          ],
        },
      ],
    });
    expect(card.actions).toEqual([]);
  });
});

describe('of a workflow that was pasted in the conversation', () => {
  const named = (name: string) => refund.replace('WORKFLOW "refund"', `WORKFLOW "${name}"`);

  test('“save it” saves it, and “save this as …” under another name', async () => {
    const talk = bench.talk();
    await talk.say(named('words'));
    expect((await talk.say('Save it, please.')).text).toBe(
      '“words” is saved as version 1. Say “run words with order_id = …, amount = …” to start it.',
    );
    expect((await talk.say('save this as refund-check')).text).toMatch(
      /^“refund-check” is saved as version 1/,
    );
    const [row] = await bench.read((tx) => listVersions(tx, 'refund-check'));
    expect(row?.text).toBe(named('refund-check'));
    await talk.say('run it with order_id = 7, amount = 50');
    expect(talk.last('plan').title).toBe('TASK: refund-check');
  });

  test('“check it” shows it again, or what is wrong with its place', async () => {
    const talk = bench.talk();
    await talk.say(named('checked'));
    expect(await talk.say('check it')).toMatchObject({ title: 'Save the workflow “checked”?' });
    await talk.say('ORCHESTRATE WORKFLOW "bad"\n  HUMEN TASK "x"\nEND WORKFLOW');
    for (const words of ['check it', 'save it', 'run it'])
      expect((await talk.say(words)).text).toMatch(
        /line 2, column 3[\s\S]*\^\^\^\^\^[\s\S]*Did you mean HUMAN\?/,
      );
    expect(await bench.read((tx) => listVersions(tx, 'bad'))).toHaveLength(0);
  });

  test('“run it with …” saves and plans it; afterwards “run it” is about the plan', async () => {
    const talk = bench.talk();
    await talk.say(named('at-once'));
    await talk.say('run it with order_id = 7, amount = 50');
    expect(talk.last('plan')).toMatchObject({ title: 'TASK: at-once' });
    expect(await talk.task()).toMatchObject({
      status: 'ready',
      inputs: { order_id: 7, amount: 50 },
    });
    await talk.say('run it');
    expect((await talk.task()).status).not.toBe('ready');
    expect(await bench.read((tx) => listVersions(tx, 'at-once'))).toHaveLength(1);
  });

  test('agents that are not here are told with their place, and the run is refused', async () => {
    const talk = bench.talk();
    const card = await talk.say('ORCHESTRATE WORKFLOW "asks"\n  BOT "nobody" "x"\nEND WORKFLOW');
    expect(card.sections.find(({ title }) => title === 'To look at')?.items).toEqual([
      expect.stringMatching(
        /^Warning, line 2, column 7: .* Whoever .* · BOT »"nobody"« "x" · WF315$/,
      ),
    ]);
    expect((await talk.say('run it')).text).toMatch(
      /^“asks” cannot be run\. Line 2, column 7: There is no agent “nobody” here\. Whoever looks after/,
    );
    expect(await talk.tasks()).toEqual([]);
  });

  test('nothing was pasted: “run it” is about a task as ever', async () => {
    expect((await bench.talk().say('save it')).text).not.toContain('is saved');
  });
});

describe('“run …”', () => {
  test('starts it with what was said, through the usual cards to its end', async () => {
    const talk = await saved();
    await talk.say('run refund with order_id = 7 and amount = 120');
    expect(talk.last('plan')).toMatchObject({ title: 'TASK: refund' });
    const understood = talk.last('plan').sections.find(({ title }) => title === 'Understood');
    expect(understood?.items).toEqual([
      expect.stringMatching(/^Workflow “refund”, version \d+$/),
      'order_id is 7',
      'amount is 120',
      'amount > 100: yes',
    ]);
    await talk.say('accept');
    const { id } = await talk.task();
    await bench.runJobs(id);
    await bench.settle();
    expect(talk.last('approval').text).toContain('Pay 120 back?');
    await talk.press('Approve');
    await bench.runJobs(id);
    await bench.settle();
    expect(talk.last('delivery')).toMatchObject({
      fields: expect.arrayContaining([{ label: 'Workflow', value: 'refund' }]),
      checks: [{ before: false, after: true }],
    });
    expect(await bench.calls(id)).toMatchObject([{ input: { id: 7, sum: 120 } }]);
  });

  test('asks once for all that is missing, and understands the answer', async () => {
    const talk = await saved();
    const asked = await talk.say('start the refund workflow for order 1234');
    expect(asked).toMatchObject({
      kind: 'question',
      text: expect.stringContaining('What is amount?'),
    });
    expect((await talk.say('How much was it?')).text).toMatch(
      /^I found no value in that\. “refund” needs one more/,
    );
    await talk.say('$1,200');
    expect(await talk.task()).toMatchObject({
      status: 'ready',
      inputs: { order_id: 1234, amount: 1200 },
    });
  });

  test('takes dates, which conditions compare', async () => {
    const text =
      'ORCHESTRATE WORKFLOW "late"\n  INPUT due, limit\n  IF DATE(due) <= limit THEN\n    CALL TOOL "refund"\n  ELSE\n    HUMAN TASK "Wait"\n  END IF\nEND WORKFLOW';
    const talk = await saved(text);
    await talk.say('run late with due = 1 December 2026 and limit = 2026-12-31');
    expect((await talk.task()).inputs).toEqual({ due: '1 December 2026', limit: '2026-12-31' });
    expect(talk.last('plan').steps.map(({ name }) => name)).toEqual(['Refund']);
    expect(
      (await bench.talk().say('run late with due 2027-01-01, limit 2026-12-31')).steps,
    ).toMatchObject([{ name: 'Wait' }]);
    expect((await bench.talk().say('run late with due 2026-12-01, limit = soon')).text).toMatch(
      /^“late” cannot be run\..*DATE\(due\) <= limit compares a date with a text: take DATE/,
    );
  });

  test('says what it does not use', async () => {
    const talk = await saved();
    await talk.say('run refund order_id = 1, amount = 5 because it came late');
    const { sections } = talk.last('plan');
    expect(sections.find(({ title }) => title.startsWith('Guessed'))?.items).toEqual([
      '“because it came late” is no input of it and is not used',
    ]);
  });

  test.each([
    ['run refund with oder_id = 1 and amount = 2', /no input “oder_id”\. Did you mean order_id\?/],
    ['run refnud with amount = 2', /Did you mean “refund”\?/],
    ['run the workflow nowhere', /There is no workflow “nowhere”\. There are: /],
    ['run customer-support for order 1234', /Say “use the customer-support template”/],
  ])('in “%s” is answered with what is meant', async (words, expected) => {
    const talk = await saved();
    expect((await talk.say(words)).text).toMatch(expected);
    expect(await talk.tasks()).toEqual([]);
  });

  test('can be changed before it runs: other values are the next version of the plan', async () => {
    const talk = await saved();
    await talk.say('run refund with order_id = 7 and amount = 120');
    await talk.say('amount = 100');
    expect(await talk.task()).toMatchObject({
      ...{ status: 'ready', planVersion: 2, inputs: { order_id: 7, amount: 100 } },
    });
    expect(talk.last('plan').steps.map(({ name }) => name)).toEqual(['Refund']);
    await talk.say('cancel and start over');
    const [next] = await talk.tasks();
    expect(next).toMatchObject({ status: 'ready', inputs: { order_id: 7, amount: 100 } });
  });

  test('can be cancelled while it asks', async () => {
    const talk = await saved();
    await talk.say('run refund');
    await talk.say('cancel');
    expect(await talk.task()).toMatchObject({ status: 'cancelled' });
  });
});

describe('what is there', () => {
  test.each(['show workflows', 'list my workflows', 'what workflows are there?', 'Workflows'])(
    'is listed on “%s”',
    async (words) => {
      const talk = await saved();
      expect((await talk.say(words)).text).toMatch(
        /^Workflows\n[\s\S]*- refund \(version \d+\): say “run/,
      );
    },
  );

  test('is listed with the templates on “show templates”, and one is used by a word of its name', async () => {
    const talk = bench.talk();
    expect((await talk.say('show templates')).text).toContain('customer-support');
    expect((await talk.say('use the moon template')).text).toMatch(/^There is no template “moon”/);
  });

  test('is shown and deleted by name; of other things they are no words', async () => {
    const talk = await saved(
      refund.replaceAll('"refund"', '"gone"').replace('TOOL "gone"', 'TOOL "refund"'),
    );
    expect(await talk.say('show the workflow gone')).toMatchObject({
      title: 'Workflow “gone”, version 1',
    });
    expect((await talk.say('delete the gone workflow')).title).toBe(
      '“gone” is deleted (one version)',
    );
    expect(await bench.read((tx) => listVersions(tx, 'gone'))).toEqual([]);
    expect((await talk.say('remove the repair workflow')).title).not.toContain('deleted');
  });
});
