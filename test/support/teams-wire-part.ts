/** What the parts of `teams-wire.ts` have in common. */
import { type Wire, WireError } from '../../src/bot/teams/wire.ts';
import type { TeamsConnector } from './teams-connector.ts';
import { botId, tenantId } from './teams-people.ts';
import type { TeamsSigner } from './teams-signer.ts';

/** @param isServiceUrl where the wire may send to @param limitMs how long it waits for an answer */
export type MakeWire = (
  signer: TeamsSigner,
  limitMs: number,
  isServiceUrl: (url: string) => boolean,
) => Wire;

export type WirePeers = { teams: TeamsConnector; signer: TeamsSigner };
export const messageOf = (text: string) => ({
  card: { type: 'AdaptiveCard', version: '1.5', body: [] } as never,
  summary: text,
});
export const whereIn = (teams: { url: string }, conversation: string) => ({
  ...{ serviceUrl: teams.url, conversation, tenantId, bot: botId },
});
/** The error; a test that gets none fails here. */
export async function failing(work: Promise<unknown>): Promise<WireError> {
  const error = await work.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (!(error instanceof WireError)) throw new Error(`No WireError, but ${String(error)}`);
  return error;
}
