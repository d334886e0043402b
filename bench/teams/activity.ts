/** What people say in Teams, as it posts that to a bot. */
import { performance } from 'node:perf_hooks';
import type { TeamsMember } from '../../test/support/teams-roster.ts';

const bot = { id: '28:b0000000-0000-4000-8000-000000000001', name: 'Factotum' };
const words = ['help', 'list my tasks', 'thanks'];
/** In so many companies so many people write alone with the bot. */
export const tenants = Number(process.env['TENANTS'] ?? 4);
export const people = 200;
/** Every so manyth is said in one thread: more than Teams lets a bot answer there. */
const inThread = 5;
const busy = '19:busy@thread.tacv2';

const four = (number: number) => String(number).padStart(4, '0');
const tenantOf = (index: number) => `a0000000-0000-4000-8000-00000000${four(index)}`;

export const members: TeamsMember[] = Array.from({ length: people }, (_, index) => ({
  id: `29:1t${index % tenants}p${four(index)}`,
  aadObjectId: `c0000000-0000-4000-8000-00000000${four(index)}`,
  name: `Person ${index}`,
  email: `person${index}@company.example`,
  tenantId: tenantOf(index % tenants),
}));

/** The tenant that a conversation is in. */
export function tenantIn(conversation: string): string {
  const [, hex = ''] = /^a:1([0-9a-f]+)$/.exec(conversation) ?? [];
  return /t(\d+)p/.exec(Buffer.from(hex, 'hex').toString())?.[1] ?? '0';
}

/** @param name different for each run of messages, so that their ids are */
export function activityOf(name: number, message: number, serviceUrl: string): object {
  const isBusy = message % inThread === 0;
  // The thread is one of the first company.
  const member = members[(isBusy ? message * tenants : message) % people] as TeamsMember;
  const tenantId = member.tenantId ?? '';
  const text = words[message % words.length];
  const tenant = { id: tenantId };
  const frame = {
    ...{ type: 'message', id: String(1_790_000_000_000 + name * 1_000_000 + message) },
    ...{ timestamp: new Date().toISOString(), channelId: 'msteams', serviceUrl },
    from: { id: member.id, name: member.name, aadObjectId: member.aadObjectId },
    recipient: bot,
  };
  if (!isBusy)
    return {
      ...{ ...frame, text, channelData: { tenant } },
      conversation: { id: personalOf(member.id), conversationType: 'personal', tenantId },
    };
  return {
    ...{ ...frame, text: `<at>Factotum</at> ${text}` },
    entities: [{ type: 'mention', text: '<at>Factotum</at>', mentioned: bot }],
    channelData: { tenant, team: { id: '19:team@thread.tacv2' }, channel: { id: busy } },
    conversation: {
      ...{ id: `${busy};messageid=1780000000000`, conversationType: 'channel', tenantId },
      isGroup: true,
    },
  };
}

/** As the loopback Teams calls it. */
const personalOf = (id: string): string => `a:1${Buffer.from(id).toString('hex')}`;

/** @returns milliseconds until it was answered. @throws when it was refused */
export async function sendActivity(address: string, activity: object): Promise<number> {
  const body = JSON.stringify(activity);
  const start = performance.now();
  const response = await fetch(`${address}/api/messages/teams`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body,
  });
  await response.text();
  if (response.status !== 200) throw new Error(`An activity was answered ${response.status}.`);
  return performance.now() - start;
}
