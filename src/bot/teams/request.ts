/**
 * One HTTP request to Teams, with a time limit and without repetition: whether it may be repeated is for whoever
 * delivers to say. The SDK repeats answers of 5xx by itself, which doubles cards, and waits for ever.
 */
import { z } from 'zod';
import { WireError } from './wire.ts';

export type Wanted = {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string | undefined;
};
export type Answered = { status: number; headers: Record<string, string>; text: string };

/** No connection was made, so nothing can have been posted. */
const unsent = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
];

/**
 * @param limitMs after this nobody waits; Teams answers within a second or two
 * @throws WireError on anything but success
 */
export async function request(
  { method, url, headers, body }: Wanted,
  limitMs: number,
): Promise<Answered> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
      // A redirect would carry our token to wherever it leads.
      redirect: 'error',
      signal: AbortSignal.timeout(limitMs),
    });
    text = await response.text();
  } catch (cause) {
    throw new WireError('Teams did not answer.', { isUnsent: isUnsent(cause), cause });
  }
  if (!response.ok) {
    const { status } = response;
    const code = codeIn(text);
    const retryMs = retryIn(response.headers.get('retry-after'));
    throw new WireError(`Teams answered ${status}${code ? ` ${code}` : ''}.`, {
      ...{ status, code, retryMs },
    });
  }
  return { status: response.status, headers: Object.fromEntries(response.headers), text };
}

function isUnsent(error: unknown): boolean {
  const { cause } = error as { cause?: { code?: unknown; errors?: { code?: unknown }[] } };
  const codes = [cause?.code, ...(cause?.errors ?? []).map(({ code }) => code)];
  return codes.some((code) => typeof code === 'string' && unsent.includes(code));
}

/** Seconds, or a date; `Date.parse` alone would read a date into "1.5" as well. */
function retryIn(header: string | null): number | undefined {
  if (/^\d{1,6}$/.test(header ?? '')) return Number(header) * 1000;
  const at = / GMT$/.test(header ?? '') ? Date.parse(header ?? '') : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}

const Failure = z.object({ error: z.object({ code: z.string().max(100) }) });

function codeIn(text: string): string | undefined {
  try {
    return Failure.safeParse(JSON.parse(text)).data?.error.code;
  } catch {
    return undefined;
  }
}
