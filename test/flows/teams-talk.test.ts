/** People talk to the program in Teams: chats, channels, buttons. */
import { describe, expect, test } from 'vitest';
import { ana, ben } from '../support/teams-delivery.ts';
import { teamsProgram } from '../support/teams-program.ts';

const { db, connector, workspaceId, running } = await teamsProgram();
const wish = 'Create a CRM for my cellphone store with customers and products';

describe('in a personal chat', () => {
  test('a wish becomes a plan, is accepted, and is delivered on cards that are updated in place', async () => {
    const { teams } = running();
    const chat = connector.personalOf(ana.id);
    expect((await teams.say(ana, wish)).status).toBe(200);
    const plan = await teams.card(chat, /Accept/);
    const accept = plan.buttons.find(({ title }) => title === 'Accept');
    if (!accept) throw new Error('No Accept.');
    const { status, body } = await teams.press(ana, teams.chat(ana), plan.id, accept);
    expect({ status, type: body.type }).toEqual({
      ...{ status: 200, type: 'application/vnd.microsoft.activity.message' },
    });
    await teams.card(chat, /Open/);
    console.log(teams.cards(chat).map(({ words }) => words.slice(0, 300)));
    const people =
      await db.raw`select id, name, email, account, timezone from people where workspace_id = ${workspaceId}`;
    console.log(people);
  });
});
