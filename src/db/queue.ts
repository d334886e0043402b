/** The connections of the job queue, which has a driver of its own, with the limits of ours. */
import { Socket } from 'node:net';
import { Pool } from 'pg';
import type { Database } from './client.ts';
import { applicationName, idleSeconds } from './limit.ts';
import { watched } from './socket.ts';

/** So many connections the queue has at most. */
const queueConnections = 10;

/**
 * The queue finds its jobs by key or in the order of an index. Its statements are planned when it begins, mostly with no
 * job there, and those plans would read the whole table of jobs for each one when there are many.
 */
const planning = { enable_hashjoin: 'off', enable_mergejoin: 'off', random_page_cost: 1.1 };

/** @param onLost told of connections that are lost, also while nobody uses them */
export function createQueuePool(
  { url, limits }: Pick<Database, 'url' | 'limits'>,
  onLost: (error: Error) => void,
): Pool {
  const pool = new Pool({
    connectionString: url,
    application_name: applicationName,
    max: queueConnections,
    connectionTimeoutMillis: limits.connectSeconds * 1000,
    idleTimeoutMillis: idleSeconds * 1000,
    options: Object.entries({ ...limits.session, ...planning })
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' '),
    stream: () => watched(new Socket(), limits.silenceMs),
  });
  // Without these a lost connection would end the program.
  pool.on('error', onLost);
  pool.on('connect', (client) => client.on('error', onLost));
  return pool;
}
