/** What can go wrong on the way to Slack and back; asked for by name, in the order of the calls. */
import type { ServerResponse } from 'node:http';
import type { gate } from './engine.ts';

export type Fault =
  /** 429 with Retry-After in seconds. */
  | { kind: 'limited'; seconds: number }
  /** 200 with the error `ratelimited`, as some methods answer. */
  | { kind: 'limited_quietly' }
  /** The connection is cut; `written` says whether Slack had taken the request on. */
  | { kind: 'drop'; written: boolean }
  | { kind: 'status'; code: number; written: boolean }
  | { kind: 'error'; error: string }
  /** Answers when the gate is opened. */
  | { kind: 'hold'; gate: ReturnType<typeof gate> };

export const isWritten = (fault: Fault | undefined): boolean =>
  !fault || fault.kind === 'hold' || ('written' in fault && fault.written);

/** Answers a call as the fault wants it; `result` is what a sound server would have said. */
export async function answer(
  response: ServerResponse,
  result: Record<string, unknown>,
  fault: Fault | undefined,
): Promise<void> {
  const send = (code: number, body: string, headers: Record<string, string> = {}) =>
    response.writeHead(code, { 'content-type': 'application/json', ...headers }).end(body);
  switch (fault?.kind) {
    case 'limited':
      send(429, '{"ok":false,"error":"ratelimited"}', { 'retry-after': String(fault.seconds) });
      return;
    case 'limited_quietly':
      send(200, '{"ok":false,"error":"ratelimited"}');
      return;
    case 'drop':
      response.destroy();
      return;
    case 'status':
      send(fault.code, 'upstream request failed');
      return;
    case 'error':
      send(200, JSON.stringify({ ok: false, error: fault.error }));
      return;
    case 'hold':
      await fault.gate.passed;
      send(200, JSON.stringify(result));
      return;
    default:
      send(200, JSON.stringify(result));
  }
}
