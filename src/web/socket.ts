/** Live updates: `/ws/tasks`, `/ws/tasks/{id}` (F226–F231) and `/ws/conversations/{id}` for the web chat. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { toMessageView } from '../bot/message.ts';
import { transaction } from '../db/client.ts';
import type { Signal } from '../db/job.ts';
import { findMessage } from '../db/message.ts';
import { findTask } from '../db/task.ts';
import { redact } from '../redact.ts';
import { printMessage } from './chat/message.tsx';
import type { Web } from './context.ts';
import { refusal } from './guard.ts';

type Client = { socket: WebSocket; path: string; alive: boolean };

const pingMs = 30_000;

/** Answers upgrade requests of `server`; returns the way to end all connections. */
export function attachSockets(server: Server, web: Web): () => void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 4096 });
  const clients = new Set<Client>();
  server.on('upgrade', (request, stream, head) => {
    // A peer that resets the connection while it is refused must not end the program.
    stream.on('error', () => stream.destroy());
    const refused = refusal(request, web.access, { isSocket: true });
    if (refused) return reject(stream, refused.status);
    const path = pathOf(request);
    if (!path) return reject(stream, 404);
    sockets.handleUpgrade(request, stream, head, (socket) => {
      const client = { socket, path, alive: true };
      clients.add(client);
      socket.on('pong', () => {
        client.alive = true;
      });
      socket.on('close', () => clients.delete(client));
      socket.on('error', () => clients.delete(client));
    });
  });

  const forwardAll = (signal: Signal) => {
    forward(web, clients, signal).catch((error) =>
      web.bot.engine.log.error('socket.forward', error),
    );
  };
  // Whoever connects again reads what it has missed.
  const unsubscribe = web.hub.subscribe(forwardAll, () => {
    for (const client of clients) client.socket.close(1012, 'Connect again: updates were missed.');
  });
  // A connection that died without a word is found by its missing pong.
  const heartbeat = setInterval(() => {
    for (const client of clients) {
      if (!client.alive) client.socket.terminate();
      client.alive = false;
      if (client.socket.readyState === client.socket.OPEN) client.socket.ping();
    }
  }, pingMs);
  return () => {
    clearInterval(heartbeat);
    unsubscribe();
    for (const client of clients) client.socket.close(1001, 'The server is stopping.');
    sockets.close();
  };
}

function pathOf(request: IncomingMessage): string | undefined {
  // Not parsed as an address: what a stranger sends may be none.
  const path = (request.url ?? '/').split('?')[0]?.replace(/\/$/, '') ?? '';
  return /^\/ws\/(tasks|tasks\/[\w-]+|conversations\/[\w.:-]+)$/.test(path) ? path : undefined;
}

function reject(stream: Duplex, status: number): void {
  stream.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

async function forward(web: Web, clients: Set<Client>, signal: Signal): Promise<void> {
  if (signal.workspaceId !== web.workspaceId) return;
  if (signal.kind === 'stop' || signal.kind === 'event') return;
  const paths =
    signal.kind === 'task'
      ? ['/ws/tasks', `/ws/tasks/${signal.taskId}`]
      : [`/ws/conversations/${signal.conversation}`];
  const wanted = [...clients].filter((client) => paths.includes(client.path));
  if (wanted.length === 0) return;
  const update =
    signal.kind === 'task' ? await taskUpdate(web, signal) : await messageUpdate(web, signal);
  if (!update) return;
  const text = JSON.stringify(update);
  for (const { socket } of wanted) {
    if (socket.readyState === socket.OPEN) socket.send(text);
  }
}

/** `progress` carries percent, `step_complete` step, `approval_needed` approval, `task_complete` result. */
async function taskUpdate(
  web: Web,
  signal: Extract<Signal, { kind: 'task' }>,
): Promise<object | undefined> {
  const task = await transaction(web.bot.engine.db, web, (tx) => findTask(tx, signal.taskId));
  if (!task) return undefined;
  const update = typeof signal.update === 'object' && signal.update ? signal.update : {};
  const percent = task.status === 'completed' ? 100 : task.progress;
  return redact({
    task_id: task.id,
    status: task.status,
    short_name: task.shortName,
    ...('type' in update && update.type === 'progress' ? { percent } : {}),
    ...('type' in update && update.type === 'task_complete' ? { result: task.result } : {}),
    ...update,
  });
}

async function messageUpdate(
  web: Web,
  signal: Extract<Signal, { kind: 'message' }>,
): Promise<object | undefined> {
  const row = await transaction(web.bot.engine.db, web, (tx) => findMessage(tx, signal.id));
  return (
    row && { type: 'message', message: toMessageView(row), html: printMessage(toMessageView(row)) }
  );
}
