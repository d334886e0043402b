/** App Home: what waits for me, what is under way, and how to begin. Pure. */
import type { types } from '@slack/bolt';
import type { StepStatus } from '../../db/step.ts';
import type { PostedCard } from '../bot.ts';
import { cut as cutText, tidy } from '../text.ts';
import { bar, symbolOf } from '../words.ts';
import {
  actionRows,
  type Block,
  type Button,
  context,
  divider,
  header,
  markup,
  plainText,
  rich,
} from './blocks.ts';
import { buttonsOf } from './button.ts';
import { compose, missingText } from './compose.ts';
import { factsPart } from './fact-part.ts';
import { limits } from './limits.ts';
import { createCutter, type Look } from './part.ts';
import { bold, type Inline, line, link, plain } from './rich.ts';
import { sectionPart } from './section-part.ts';

export type HomeTask = {
  title: string;
  /** "65%", "waits for you": see `stateLabel`. */
  state: string;
  /** How it is shown at a glance. */
  status: StepStatus;
  /** The bar is drawn while it is under way. */
  percent?: number;
  /** Where its conversation is in Slack. */
  permalink?: string;
  /** The path of its app, such as /apps/cellphone-crm. */
  app?: string;
};
export type HomeModel = {
  /** Mine, the newest first. */
  tasks: HomeTask[];
  /** Open approval cards that I may decide. */
  approvals: { posted: PostedCard; task: string; permalink?: string }[];
};

/** Buttons of the home that belong to no card. */
export const homeActions = { settings: 'home:settings', describe: 'home:describe' } as const;

const mostTasks = 15;
const mostApprovals = 6;
/** Of one approval. */
const mostSections = 3;
const approvalBytes = 4_000;

/** What a new person can try: they are understood as they stand. */
export const examples = [
  'Create a CRM for my cellphone store with customers, products and repairs',
  'Keep track of bee hives: each hive has a location, queen age and last inspection date',
  'How’s my CRM task going?',
];

export function renderHome(model: HomeModel, look: Look): types.HomeView {
  const { tasks, approvals } = model;
  const count = { next: 0 };
  const waiting = approvals
    .slice(0, mostApprovals)
    .flatMap((approval) => approvalBlocks(approval, look, count));
  const blocks: Block[] = [
    ...top(),
    ...(waiting.length > 0 ? [header('Waiting for you'), ...waiting] : []),
    ...more(
      approvals.length - mostApprovals,
      'approval waits in its conversation',
      'approvals wait in their conversations',
    ),
    ...(tasks.length > 0 ? [header('My tasks')] : empty()),
    ...tasks.slice(0, mostTasks).flatMap((task) => taskBlocks(task, look)),
    ...more(tasks.length - mostTasks, 'task: say “list my tasks”', 'tasks: say “list my tasks”'),
  ];
  return { type: 'home', blocks };
}

function top(): Block[] {
  const button = (id: string, label: string, style?: 'primary'): Button => ({
    type: 'button',
    action_id: id,
    text: plainText(label, limits.buttonText),
    ...(style ? { style } : {}),
  });
  return actionRows([
    button(homeActions.describe, 'New task', 'primary'),
    button(homeActions.settings, 'Settings'),
  ]);
}

/** Exactly what will happen stands beside the buttons; nobody approves what they have not seen. */
function approvalBlocks(
  { posted, task, permalink }: HomeModel['approvals'][number],
  look: Look,
  count: { next: number },
): Block[] {
  const { card, version } = posted;
  const { cut, hasCut } = createCutter();
  const step = card.fields.find(({ label }) => label === 'Step')?.value ?? card.title;
  const facts = card.fields.filter(({ label }) => shownFacts.includes(label));
  const { blocks, missing } = compose(
    [
      ...card.sections.slice(0, mostSections).map((one) => sectionPart(card.kind, one, cut)),
      factsPart(facts, look, cut),
    ],
    approvalBytes,
  );
  const isShort = missing.length > 0 || hasCut() || card.sections.length > mostSections;
  return [
    rich([line(plain('⚠ '), titleOf(step, permalink))]),
    context([`For ${cut(tidy(task), 150)}`]),
    ...blocks,
    ...(isShort ? [context([`${missingText(missing)} All of it is on its card.`])] : []),
    ...buttonsOf(card, version, look.baseUrl, count).rows,
    divider(),
  ];
}
const shownFacts = ['Effect', 'Impact', 'Undo', 'Until', 'Code'];

function taskBlocks(task: HomeTask, { baseUrl }: Look): Block[] {
  const { title, state, status, percent, permalink, app } = task;
  return [
    rich([
      line(
        plain(`${symbolOf[status]} `),
        titleOf(title, permalink),
        app ? [...plain('  '), ...link(baseUrl + app, 'Open app')] : [],
      ),
    ]),
    context([percent === undefined ? tidy(state) : `${bar(percent, 20)} ${tidy(state)}`]),
  ];
}

function titleOf(words: string, permalink: string | undefined): Inline[] {
  const title = cutText(tidy(words), 150);
  return permalink ? link(permalink, title, { bold: true }) : bold(title);
}

function empty(): Block[] {
  return [
    header('Nothing here yet'),
    rich([
      line(plain('Say what you need, in a message to me or with the button above. For example:')),
    ]),
    ...examples.map((example) => rich([{ type: 'rich_text_quote', elements: plain(example) }])),
    context([markup('I plan it, ask before it matters, do it, and show every step.')]),
  ];
}

const more = (count: number, one: string, many: string): Block[] =>
  count > 0 ? [context([`${count} more ${count === 1 ? one : many}`])] : [];
