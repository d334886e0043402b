/** Who and what the recorded activities of Teams speak of. */
import type { TeamsMember } from './teams-roster.ts';

export const tenantId = '5f1a3c5e-0000-4000-8000-000000000001';
export const appId = '0a0b0c0d-0000-4000-8000-00000000000b';
/** What Teams calls the bot in every conversation. */
export const botId = `28:${appId}`;
/** Of what Teams sends from Europe. */
export const serviceUrl = 'https://smba.trafficmanager.net/emea/';

export const team = {
  id: '19:7ea3team@thread.tacv2',
  name: 'Shop',
  aadGroupId: '77777777-0000-4000-8000-000000000077',
};
export const channel = { id: '19:c4a2channel@thread.tacv2', name: 'Orders' };
export const groupChat = '19:9c0ffee@thread.v2';

const member = (name: string, number: string, about: Partial<TeamsMember> = {}): TeamsMember => ({
  id: `29:1${name}-${number.repeat(4)}`,
  aadObjectId: `9b0c7d1e-0000-4000-8000-0000000000${number}`,
  name,
  givenName: name,
  email: `${name}@shop.example`,
  userPrincipalName: `${name.toLowerCase()}@shop.example`,
  userRole: 'user',
  tenantId,
  ...about,
});

export const ana = member('Ana', 'a1');
export const ben = member('Ben', 'b2');
export const cleo = member('Cleo', 'c3');
/** Of another company; Teams gives guests an address that is long and not theirs. */
export const dov = member('Dov', 'd4', {
  userRole: 'guest',
  userPrincipalName: 'dov_partner.example#ext#@shop.onmicrosoft.example',
});
