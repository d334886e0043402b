/** From a sentence in Slack to the app: the button on the card of delivery leads to it, for whom it is. */
import { expect, test } from 'vitest';
import { signInProgram } from '../support/signin-program.ts';
import { newTs } from '../support/slack-delivery.ts';
import { app } from '../support/slack-workspace.ts';
import { createVisitor } from '../support/visitor.ts';

const program = await signInProgram();
const { workspace, slack, address } = program;
const { ana, ben, direct, teamId } = workspace;

type Element = {
  type: string;
  url?: string;
  action_id: string;
  value?: string;
  text?: { text: string };
};
const elementsIn = (blocks: string | undefined): Element[] =>
  (JSON.parse(blocks ?? '[]') as { elements?: Element[] }[]).flatMap(
    ({ elements = [] }) => elements,
  );

test('Open App leads through the sign-in to the app', async () => {
  await program.install({ id: teamId, name: 'Phone Shop' }, { token: app.token });
  const text = 'Keep track of wine bottles with name, vintage and price';
  const event = slack.message({ channel: direct, channel_type: 'im', text, ts: newTs() });
  await slack.event(event);
  const planned = await workspace.call('chat.postMessage', ({ args }) =>
    elementsIn(args['blocks']).some((one) => one.text?.text === 'Accept'),
  );
  const accept = elementsIn(planned.args['blocks']).find((one) => one.text?.text === 'Accept');
  await slack.press(
    ana,
    { action_id: accept?.action_id ?? '', value: accept?.value ?? '' },
    { channel: direct, ts: String(planned.answer['ts']), thread: event.ts },
  );
  const isLink = ({ url }: Element) => url?.includes('/apps/') ?? false;
  const delivered = await workspace.call('chat.postMessage', ({ args }) =>
    elementsIn(args['blocks']).some(isLink),
  );
  const link = elementsIn(delivered.args['blocks']).find(isLink)?.url ?? '';
  expect(link.startsWith(`${address}/apps/`)).toBe(true);

  // Somebody else of the same workspace comes, too: it is the workspace's app.
  for (const user of [ana, ben]) {
    const visitor = createVisitor();
    expect((await visitor.follow(link)).address).toContain('/signin?back=');
    const path = new URL(link).pathname;
    const back = await program.begin(visitor, { team: teamId, user }, path);
    const { response, address: at } = await visitor.follow(back);
    expect(at).toBe(link);
    expect(response?.status).toBe(200);
    expect(await response?.text()).toContain('Wine bottles');
  }
  const stranger = { team: 'T0OTHER', user: ana };
  await program.install({ id: stranger.team, name: 'Other' });
  expect((await (await program.signIn(stranger)).ask(link)).status).toBe(404);
}, 60_000);
