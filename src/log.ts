/** One line of JSON per event on standard error, without secrets; standard output belongs to the person. */
import { redact } from './redact.ts';

export type Log = {
  info(event: string, data?: Record<string, unknown>): void;
  warn(event: string, data?: Record<string, unknown>): void;
  error(event: string, error: unknown, data?: Record<string, unknown>): void;
};

/** @param quiet drops `info`, for the terminal, where the progress is drawn */
export function createLog(options: { quiet?: boolean } = {}): Log {
  const write = (level: string, event: string, data: Record<string, unknown>) =>
    process.stderr.write(
      `${JSON.stringify({ at: new Date().toISOString(), level, event, ...redact(data) })}\n`,
    );
  return {
    info: (event, data = {}) => {
      if (!options.quiet) write('info', event, data);
    },
    warn: (event, data = {}) => write('warn', event, data),
    error: (event, error, data = {}) =>
      write('error', event, {
        ...data,
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      }),
  };
}
