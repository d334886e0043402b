/** The endpoint of Teams behind a real HTTP server, with the SDK and a signer of our own. */
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createEndpoint } from '../../src/bot/teams/endpoint.ts';
import type { WorkspaceOf } from '../../src/bot/teams/gate.ts';
import { createWire } from '../../src/bot/teams/sdk.ts';
import type { Answer, Wire } from '../../src/bot/teams/wire.ts';
import { tenantId } from './teams-people.ts';
import type { TeamsSigner } from './teams-signer.ts';

const path = '/api/messages/teams';
export type Delivered = { status: number; headers: NodeJS.Dict<string | string[]>; body: string };
type Delivery = {
  method?: string;
  path?: string;
  /** Undefined leaves one out; of several of the same name all are sent. */
  headers?: Record<string, string | string[] | undefined>;
  /** Anything but text is sent as JSON. */
  body?: unknown;
};

/**
 * @param signer none is local mode
 * @param limitMs how long anybody else is waited for
 */
export async function startTeamsEndpoint(
  signer: TeamsSigner | undefined,
  limitMs = 10_000,
  wire = wireOf(signer, limitMs),
) {
  const heard: unknown[] = [];
  const log: string[] = [];
  const noted = (level: string) => (event: string) => void log.push(`${level} ${event}`);
  let answer: () => Promise<Answer> = async () => ({ status: 200 });
  const workspaceOf: WorkspaceOf = (id) => (id === tenantId ? `wsp_teams_${id}` : undefined);

  const { mount } = createEndpoint({
    log: { info: noted('info'), warn: noted('warn'), error: noted('error') },
    gate: { workspaceOf, isLocal: signer === undefined },
    ...{ wire, path, tab: (_, response) => void response.end() },
    hear(activity) {
      heard.push(activity);
      return answer();
    },
  });
  const server = createServer((incoming, response) =>
    mount(incoming, response, () => response.writeHead(404).end('not for Teams')),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    heard,
    log,
    host: `127.0.0.1:${port}`,
    /** What `hear` does from here on. */
    answerWith(next: typeof answer) {
      answer = next;
    },
    deliver: (delivery: Delivery) => deliver(port, delivery),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The one that is in use. It may send nothing, unless it is said where. */
export const wireOf = (
  signer: TeamsSigner | undefined,
  limitMs: number,
  isServiceUrl: (url: string) => boolean = () => false,
): Wire => {
  if (!signer) return createWire({ app: undefined, isLocal: true });
  const { openIdMetadataUrl, issuer, ourToken } = signer;
  return createWire({
    app: { id: signer.appId, password: 'secret', tenantId },
    isLocal: false,
    trial: { openIdMetadataUrl, issuer, token: ourToken, isServiceUrl, limitMs },
  });
};

/** Without `fetch`, which decides about Host and about repeated headers by itself. */
function deliver(port: number, delivery: Delivery): Promise<Delivered> {
  const { method = 'POST', headers = {}, body = '' } = delivery;
  const text = typeof body === 'string' || body instanceof Buffer ? body : JSON.stringify(body);
  const given = Object.entries({ 'content-type': 'application/json', ...headers });
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        ...{ port, method, host: '127.0.0.1', path: delivery.path ?? path, agent: false },
        headers: Object.fromEntries(given.filter(([, value]) => value !== undefined)),
      },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () => {
          const { statusCode: status = 0, headers: got } = response;
          resolve({ status, headers: got, body: Buffer.concat(parts).toString() });
        });
      },
    );
    sent.on('error', reject);
    sent.end(text);
  });
}
