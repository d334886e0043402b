/** The endpoint of Teams for one test file: with what has to hold for every refusal. */
import { STATUS_CODES } from 'node:http';
import { afterAll, afterEach, beforeEach, expect, vi } from 'vitest';
import { watchOutgoing } from './outgoing.ts';
import { type Delivered, startTeamsEndpoint } from './teams-endpoint.ts';
import { appId, serviceUrl } from './teams-people.ts';
import { type Claims, startTeamsSigner } from './teams-signer.ts';

export async function useTeams() {
  const signer = await startTeamsSigner(appId, serviceUrl);
  const endpoint = await startTeamsEndpoint(signer);
  let outgoing: ReturnType<typeof watchOutgoing>;
  beforeEach(() => {
    endpoint.heard.length = 0;
    endpoint.log.length = 0;
    endpoint.answerWith(async () => ({ status: 200 }));
    outgoing = watchOutgoing();
    // The SDK prints the key for every token that is not signed with it.
    vi.spyOn(console, 'error').mockImplementation(() => {});
  });
  afterEach(() => {
    outgoing.end();
    vi.restoreAllMocks();
  });
  afterAll(async () => {
    await endpoint.close();
    await signer.close();
  });

  return {
    ...{ signer, endpoint },
    /** The header of a sound request. */
    signed: async (claims: Claims = {}) => ({
      authorization: `Bearer ${await signer.token(claims)}`,
    }),
    /** Neither what went wrong is said, nor by whom: the name of the status at most. */
    expectRefusal({ status, body, headers }: Delivered, expected: number) {
      expect(status).toBe(expected);
      expect(['', STATUS_CODES[expected]]).toContain(body);
      expect(headers).not.toHaveProperty('x-powered-by');
      expect(endpoint.heard).toEqual([]);
    },
    /** But to the signer and to ourselves. */
    expectNothingLeft() {
      const others = outgoing.hosts.filter(
        (host) => host !== endpoint.host && !signer.openIdMetadataUrl.includes(`//${host}/`),
      );
      expect(others).toEqual([]);
    },
  };
}
