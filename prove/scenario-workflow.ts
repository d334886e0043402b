/** Workflows that run from their text while the program is killed: events, memory, rounds, waits and decisions. */
import { getTemplate } from '../src/engine/template.ts';
import { me, type Person } from './person.ts';
import type { Scenario } from './scenario.ts';

/**
 * It waits for what the support workflow publishes, and works with what that one has shared. Everything comes
 * after the event, so the wait has begun before it.
 */
const followUp = `ORCHESTRATE WORKFLOW "follow-up"
  INPUT customer
  CALL TOOL "set_memory" WITH agent = "customer-support", key = "resolution_method", value = "a refund"
  WAIT FOR EVENT "workflow_completed" TIMEOUT 1 HOURS
  CALL TOOL "get_memory" WITH agent = "support-bot-2", key = "resolution_method" AS learned
  SET total = 0
  FOR EACH n IN [1, 2, 3]
    SET total = total + n
    SET BOT MEMORY "total", total
  END FOR
  WAIT 1 SECONDS
  PARALLEL
    BRANCH tell: CALL TOOL "send_message" WITH to = "web:team", text = "Settled with {learned.value}, {total} in all."
    BRANCH note:
      GET BOT MEMORY "total" AS noted
      SET BOT MEMORY "settled-{customer}", noted
  END PARALLEL
  BOT SYNC MEMORY FROM "support-bot-2"
  PUBLISH EVENT "followed_up" WITH customer, how = learned.value
END WORKFLOW
`;

/**
 * Its second wait begins when somebody says so, which they do when the event has long been published. What it
 * does whenever a follow-up is published is a task of its own.
 */
const late = `ORCHESTRATE WORKFLOW "late"
  ON EVENT "followed_up" WHERE event.customer = "c-7" DO
    SET BOT MEMORY "followed-{event.customer}", event.how
  END ON
  WAIT FOR EVENT "look_back" TIMEOUT 1 HOURS AS asked
  WAIT FOR EVENT "workflow_completed" TIMEOUT 1 HOURS
  SET BOT MEMORY "seen", asked.by
END WORKFLOW
`;

/** What nobody publishes: somebody is asked, and beside it the workflow goes on by itself. */
const forgotten = `ORCHESTRATE WORKFLOW "forgotten"
  PARALLEL
    BRANCH asks:
      WAIT FOR EVENT "never" TIMEOUT 6 ON TIMEOUT: ESCALATE TO "${me}" AS first
      SET BOT MEMORY "asked", first IS NULL
    BRANCH goes_on:
      WAIT FOR EVENT "never" TIMEOUT 6 ON TIMEOUT: CONTINUE AS second
      SET BOT MEMORY "gone on", second IS NULL
  END PARALLEL
END WORKFLOW
`;

const news = { conversation: 'team', text: 'Settled with a refund, 6 in all.' };

/** The template as it comes with the program, with an approval that this person gives, and its followers. */
export const support: Scenario = {
  conversations: ['customer-support', 'follow-up', 'late', 'events'],
  apps: 0,
  isTimed: false,
  sends: [news],
  async play(person) {
    await prepare(person, ['"manager@company.com"', `"${me}"`], [followUp, late]);
    await run(person, 'late', {}, true);
    await run(person, 'follow-up', { customer: 'c-7' }, true);
    await person.expectStep('late', 'Wait for look_back');
    await person.expectStep('follow-up', 'Wait for workflow_completed');
    await run(person, 'customer-support', { order_amount: 101 }, false);
    await person.attend('customer-support');
    const event = { name: 'look_back', payload: { by: me }, idempotency_key: 'look-back' };
    await person.request('look back', 'POST', '/api/events', event);
    for (const conversation of ['late', 'follow-up', 'events']) await person.attend(conversation);
    await person.expect(news.conversation, news.text);
  },
};

/**
 * Nobody who is named decides, and no event comes: it is asked of the next one, who goes on. They are given as long
 * as the first one, which is longer than a program takes to be there again.
 */
export const escalation: Scenario = {
  conversations: ['customer-support', 'forgotten'],
  apps: 0,
  isTimed: true,
  sends: [],
  async play(person) {
    await person.request('fallback', 'PATCH', '/api/workspace', { fallback_approver: me });
    await prepare(person, ['TIMEOUT 1800', 'TIMEOUT 6'], [forgotten]);
    await run(person, 'forgotten', {}, true);
    await run(person, 'customer-support', { order_amount: 101 }, true);
    await Promise.all(['customer-support', 'forgotten'].map(person.attend));
  },
};

/** Makes the agents known and saves the template with one change, and the other workflows with it. */
async function prepare(
  person: Person,
  [before, after]: [string, string],
  others: string[],
): Promise<void> {
  const { text, agents } = await getTemplate('customer-support');
  if (!text.includes(before)) throw new Error(`The template says ${before} no more.`);
  for (const { name, instructions, rules } of agents) {
    const body = { instructions, rules: rules.join('\n') };
    await person.request(`agent ${name}`, 'PUT', `/api/agents/${name}`, body);
  }
  const texts = [text.replace(before, after), ...others];
  await person.request('save', 'POST', '/api/workflows', { text: texts.join('\n') });
}

/** @param accept whether it begins at once; otherwise its plan is shown first */
const run = (person: Person, name: string, inputs: object, accept: boolean): Promise<void> =>
  person.request(`run ${name}`, 'POST', `/api/workflows/${name}/runs`, {
    ...{ id: name, conversation: name, inputs, accept },
  });
