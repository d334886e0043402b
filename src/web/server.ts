/** The HTTP server: pages, API and WebSockets behind one guard. */
import { createServer, type Server } from 'node:http';
import compression from 'compression';
import express from 'express';
import { type Person, toApp } from '../apps/app.ts';
import { findAppBySlug } from '../db/app.ts';
import { ping, transaction } from '../db/client.ts';
import { FactotumError, notFound } from '../errors.ts';
import { agentApi } from './api/agent.ts';
import { errorAnswer, hideInAnswers } from './api/answer.ts';
import { artifactApi } from './api/artifact.ts';
import { costApi } from './api/cost.ts';
import { estimateApi } from './api/estimate.ts';
import { eventApi } from './api/event.ts';
import { executeApi } from './api/execute.ts';
import { memoryApi } from './api/memory.ts';
import { bodyLimit, messageApi } from './api/message.ts';
import { policyApi } from './api/policy.ts';
import { standingApprovalApi } from './api/standing-approval.ts';
import { taskApi } from './api/task.ts';
import { verbApi } from './api/verb.ts';
import { workflowApi } from './api/workflow.ts';
import { workflowTemplateApi } from './api/workflow-template.ts';
import { workspaceApi } from './api/workspace.ts';
import type { PageDeps } from './app/request.ts';
import { appPages } from './app/route.ts';
import { chatPages } from './chat/route.tsx';
import type { Web } from './context.ts';
import { guard } from './guard.ts';
import { gate } from './signin/gate.tsx';
import { signInPages } from './signin/route.tsx';
import { attachSockets } from './socket.ts';
import { assets } from './ui/asset.ts';
import { securityHeaders } from './ui/security.ts';

export type WebServer = { stop(): Promise<void> };

/** Everything the server answers, without listening yet. */
function createSite(web: Web): express.Express {
  const { engine } = web.bot;
  const site = express();
  site.disable('x-powered-by');
  site.set('query parser', 'simple');
  // Before anything that reads a body: signatures are over the bytes as they came.
  if (web.mount) site.use(web.mount);
  site.use(guard(() => web.access, web.signIn !== undefined));
  site.use(securityHeaders());
  site.use(compression());
  site.use((request, response, next) => {
    // Pages answer a fault with a page of their own and leave it here for the log.
    response.on('finish', () => {
      const { error } = response.locals;
      if (error)
        engine.log.error('http.failed', error, { method: request.method, path: request.path });
    });
    next();
  });
  site.get('/healthz', (_request, response) => {
    response.json({ status: 'alive' });
  });
  site.get('/readyz', async (_request, response) => {
    await ping(engine.db);
    if (!web.isQueueReady()) throw new FactotumError('NOT_READY', 'The job queue does not run.');
    for (const probe of web.probes ?? []) await probe();
    response.json({ status: 'ready' });
  });
  site.use('/api', hideInAnswers, express.json({ limit: bodyLimit, strict: true }));
  // "execute" would be taken for the id of a task.
  site.use('/api', messageApi(web), executeApi(web), taskApi(web));
  site.use(
    '/api',
    artifactApi(web),
    estimateApi(web),
    costApi(web),
    eventApi(web),
    memoryApi(web),
    agentApi(web),
  );
  site.use('/api', verbApi(web), policyApi(web), standingApprovalApi(web), workspaceApi(web));
  site.use('/api', workflowApi(web), workflowTemplateApi(web));
  site.use('/assets', assets());
  if (web.signIn) site.use(signInPages(web, web.signIn));
  site.use(
    '/apps',
    gate(web, web.signIn),
    appPages({ db: engine.db, findApp: finder(web), now: engine.now }),
  );
  site.use('/', chatPages(web));
  site.use(() => {
    throw notFound('There is nothing at this address.');
  });
  site.use(errorAnswer(engine.log));
  return site;
}

/** Apps by their address: the owner's own and those of guests, and those of the workspace of whoever is signed in. */
function finder(web: Web): PageDeps['findApp'] {
  const find = async (slug: string, workspaceId: string, person: Person) => {
    const row = await transaction(web.bot.engine.db, { workspaceId }, (tx) =>
      findAppBySlug(tx, slug),
    );
    return row && { ...toApp(row), person };
  };
  return async (slug, visitor) => {
    const { isOwner, session } = visitor ?? { isOwner: true };
    const owner = { id: web.personId, name: null };
    const places = isOwner ? [web.workspaceId, ...((await web.guests?.()) ?? [])] : [];
    for (const workspaceId of places) {
      const own = await find(slug, workspaceId, owner);
      if (own) return own;
    }
    if (!session) return undefined;
    return find(slug, session.workspaceId, { id: session.person, name: session.name });
  };
}

/**
 * Listens; port 0 means any free one.
 * @throws CONFLICT when the port is taken
 */
export async function serve(
  web: Web,
  host: string,
  port: number,
): Promise<WebServer & { port: number }> {
  const server = createServer(createSite(web));
  await listen(server, host, port);
  const endSockets = attachSockets(server, web);
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    async stop() {
      endSockets();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      setTimeout(() => server.closeAllConnections(), 2000).unref();
      await closed;
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const words: Record<string, string> = {
        EADDRINUSE: `Port ${port} is taken by another program. Stop that program, or start with another port: PORT=${port + 1} npm start`,
        EACCES: `Port ${port} may not be used by this account. Choose one above 1023: PORT=3000 npm start`,
        EADDRNOTAVAIL: `This machine has no address ${host}. Set HOST to one that it has.`,
      };
      reject(
        new FactotumError(
          'CONFLICT',
          words[cause.code ?? ''] ?? `The server could not listen: ${cause.message}`,
          { cause },
        ),
      );
    });
    server.listen(port, host, () => resolve());
  });
}
