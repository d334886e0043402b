/** Another way in and out for the events of one workspace; undefined when it is not set. */
import type { Environment } from './environment.ts';

export type RedisConfig = { url: string; channel: string; workspaceId: string };

export function readRedis(values: Environment): RedisConfig | undefined {
  const { REDIS_URL: url, REDIS_CHANNEL: channel, REDIS_WORKSPACE: workspaceId } = values;
  return url ? { url, channel, workspaceId } : undefined;
}
