/** Apps that are built while the program is killed. */
import { createOfflineModel } from '../src/engine/model/offline/offline.ts';
import { planApp } from '../src/engine/plan-app.ts';
import { installedTools } from '../src/engine/tools/index.ts';
import { Plan, type PlanStep } from '../src/engine/workflow/plan.ts';
import type { Scenario } from './scenario.ts';

const conversation = 'shop';
const wish = 'Create a CRM for my cellphone store';

/** A sentence becomes an app. */
export const build: Scenario = {
  conversations: [conversation],
  apps: 1,
  isTimed: false,
  sends: [],
  async play(person) {
    await person.say(conversation, 'wish', wish);
    await person.attend(conversation);
  },
};

const news = { conversation: 'team', text: 'The new CRM is nearly there: have a look.' };

/**
 * A program files a plan that promises something of every kind: a decision, an app, branches that run
 * side by side, and a message to others, which somebody has to allow.
 */
export const promises: Scenario = {
  conversations: [conversation],
  apps: 1,
  isTimed: false,
  sends: [news],
  async play(person) {
    const plan = await planOfPromises();
    await person.order('order', { title: plan.title, short_name: 'CRM', conversation, plan });
    await person.attend(conversation);
    await person.expect(news.conversation, news.text);
  },
};

async function planOfPromises(): Promise<Plan> {
  const context = { now: new Date(), locale: 'en-US', currency: 'USD', timezone: 'UTC' };
  const found = await createOfflineModel().understand(wish, context);
  if (found.kind !== 'app') throw new Error(`"${wish}" was not understood.`);
  const plan = planApp(found.spec, found, installedTools, new Map());
  const isEarly = (step: PlanStep) => step.key === 'tables';
  const isPage = (step: PlanStep) => step.key === 'pages';
  const { steps } = plan;
  return Plan.parse({
    ...plan,
    steps: [
      { kind: 'approval', key: 'agree', name: 'Agree to the new app' },
      ...steps.filter(isEarly),
      {
        kind: 'parallel',
        key: 'meanwhile',
        name: 'Pages and news, beside search and workflow',
        branches: [
          [...steps.filter(isPage), tell],
          steps.filter((step) => !isEarly(step) && !isPage(step)),
        ],
      },
    ],
  });
}

const tell = {
  kind: 'tool',
  key: 'tell',
  name: 'Tell the team',
  tool: 'send_message',
  input: { to: `web:${news.conversation}`, text: news.text },
};
