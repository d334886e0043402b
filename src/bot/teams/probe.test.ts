import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTeamsEndpoint } from '../../../test/support/teams-endpoint.ts';
import { appId, serviceUrl, tenantId } from '../../../test/support/teams-people.ts';
import { startTeamsSigner, type TeamsSigner } from '../../../test/support/teams-signer.ts';
import { createProbe } from './probe.ts';

let signer: TeamsSigner;
beforeAll(async () => {
  signer = await startTeamsSigner(appId, serviceUrl);
});
afterAll(() => signer.close());

let clock = 0;
const probeOf = (log: string[] = []) =>
  createProbe({
    now: () => new Date(clock),
    log: { info() {}, warn() {}, error: (event) => void log.push(event) },
    ...{ path: '/api/messages/teams', tenantId, appId },
  });

/** Answers with one status what has a token, and with another what has none. */
async function answering(unsigned: number, forged: number) {
  let asked = 0;
  const server = createServer((request, response) => {
    asked += 1;
    response.writeHead(request.headers.authorization ? forged : unsigned).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    asked: () => asked,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

test('an endpoint of ours is shut to what is not signed, and asked once a minute', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const endpoint = await startTeamsEndpoint(signer);
  const probe = probeOf();
  await probe(`http://${endpoint.host}`);
  expect(endpoint.heard).toEqual([]);
  await endpoint.close();
  await probe(`http://${endpoint.host}`);
  clock += 61_000;
  await expect(probe(`http://${endpoint.host}`)).rejects.toThrow(/it is shut/);
  vi.restoreAllMocks();
});

test.each([
  ['lets in what has no token', 200, 401],
  ['lets in what nobody has signed', 401, 200],
  ['lets it in, and does not know the tenant', 401, 403],
])('one that %s is not ready', async (_, unsigned, forged) => {
  const server = await answering(unsigned, forged);
  const log: string[] = [];
  await expect(probeOf(log)(server.address)).rejects.toMatchObject({ code: 'NOT_READY' });
  expect(log).toEqual(['teams.open']);
  await server.close();
});

test('one that cannot reach the keys lets nobody in, which is enough', async () => {
  const server = await answering(401, 500);
  await probeOf()(server.address);
  expect(server.asked()).toBe(2);
  await server.close();
});
