/** Bolt's log as ours: what it only debugs is left out. */
import { type Logger, LogLevel } from '@slack/bolt';
import type { Log } from '../../log.ts';

export function createLogger(log: Log): Logger {
  const textOf = (parts: unknown[]) =>
    parts.map((part) => (part instanceof Error ? part.message : String(part))).join(' ');
  return {
    debug: () => {},
    info: () => {},
    warn: (...parts) => log.warn('slack.bolt', { text: textOf(parts) }),
    error: (...parts) => log.error('slack.bolt', parts[0], { text: textOf(parts.slice(1)) }),
    setLevel: () => {},
    getLevel: () => LogLevel.WARN,
    setName: () => {},
  };
}
