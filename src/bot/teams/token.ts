/** What has to be known about tokens beside what the SDK knows of them. */

class LateError extends Error {}

/** @throws LateError when it takes longer */
export async function inTime<T>(work: Promise<T>, limitMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(reject, limitMs, new LateError('It did not answer in time.'));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Who is said to have signed. Tokens of others the SDK believes in ways of their own: those of its emulator,
 * which any program of a tenant has, and those of other bots.
 */
export function issuerIn(authorization: string): unknown {
  const [, said = ''] = /^Bearer [\w-]+\.([\w-]+)\.[\w-]+$/.exec(authorization) ?? [];
  try {
    return JSON.parse(Buffer.from(said, 'base64url').toString()).iss;
  } catch {
    return undefined;
  }
}

/** The keys could not be had, so nothing is known; whatever else goes wrong is in the token. */
export function isOutage(error: unknown): boolean {
  const { name, statusCode = 0 } = error as { name?: string; statusCode?: number };
  return error instanceof LateError || name === 'FetchError' || statusCode >= 500;
}

/**
 * Whether Entra knows the app and does not take its secret, or does not know the app: nothing that is tried again
 * helps. Source of the codes: "Microsoft Entra authentication and authorization error codes", learn.microsoft.com.
 */
export function isSecretRefused(error: unknown): boolean {
  const text = error instanceof Error ? `${error.name} ${error.message}` : String(error);
  return /\bAADSTS(?:7000215|7000222|700016|90002)\b|\b(?:invalid|unauthorized)_client\b/.test(
    text,
  );
}
