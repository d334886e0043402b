/** Asks Slack's Web API by plain requests: of an answer its headers are wanted as well. */
export type Answer = {
  /** Undefined when Slack was not reached. */
  body: Record<string, unknown> | undefined;
  /** Slack's word for what is wrong, or why it was not reached. */
  error: string | undefined;
  /** What the token may do; undefined where Slack does not say. */
  scopes: string[] | undefined;
};

export const timeoutMs = 10_000;

/** Never throws. The token goes nowhere but into the header. */
export async function callSlack(
  api: string,
  method: string,
  token: string,
  values: Record<string, string> = {},
): Promise<Answer> {
  try {
    const response = await fetch(api + method, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}` },
      body: new URLSearchParams(values),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const scopes = response.headers.get('x-oauth-scopes')?.split(',') ?? undefined;
    const body = toRecord(await response.json().catch(() => undefined));
    const error = body
      ? body['ok'] === true
        ? undefined
        : String(body['error'] ?? 'unknown_error')
      : `HTTP ${response.status}`;
    return { body, error, scopes: scopes?.map((scope) => scope.trim()).filter(Boolean) };
  } catch (cause) {
    return { body: undefined, error: reasonOf(cause), scopes: undefined };
  }
}

/** Why something was not reached, in words: "the connection was refused". */
export function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  if (cause.name === 'TimeoutError')
    return `there was no answer within ${timeoutMs / 1000} seconds`;
  const { code } = (cause.cause ?? cause) as { code?: unknown };
  const words: Record<string, string> = {
    ENOTFOUND: 'nobody knows this name',
    EAI_AGAIN: 'nobody knows this name',
    ECONNREFUSED: 'the connection was refused',
    ECONNRESET: 'the connection was cut',
    CERT_HAS_EXPIRED: 'its certificate has expired',
    DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by nobody whom Slack trusts',
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate comes without the one that signed it',
    ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  };
  const inside = cause.cause instanceof Error ? cause.cause.message : cause.message;
  return words[String(code)] ?? inside;
}

export const toRecord = (value: unknown): Record<string, unknown> | undefined =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;

export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;
