/** Secrets at rest: AES-256-GCM, each bound to the key that it was sealed with and to the place where it is kept. */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { FactotumError } from './errors.ts';

/** The first seals; the others are older ones that still open. */
export type SealKeys = { id: string; key: Buffer }[];

const form = 'v1';

/**
 * Reads `FACTOTUM_ENCRYPTION_KEY`: 64 hexadecimal digits, or several such keys with commas between them.
 * @returns undefined when it is none
 */
export function parseSealKeys(text: string): SealKeys | undefined {
  const keys = text.split(',').map((part) => part.trim());
  if (!keys.every((part) => /^[0-9a-f]{64}$/i.test(part))) return undefined;
  return keys.map((part) => {
    const key = Buffer.from(part, 'hex');
    // Says which key it was without saying anything about it.
    const id = createHash('sha256').update('factotum:key-id:').update(key).digest('hex');
    return { id: id.slice(0, 12), key };
  });
}

/** @param place what the secret belongs to: moved to another place it does not open */
export function seal(keys: SealKeys, secret: string, place: string): string {
  const [current] = keys;
  if (!current) throw keyless();
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', current.key, nonce);
  cipher.setAAD(bindingOf(current.id, place));
  const body = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
  const parts = [nonce, cipher.getAuthTag(), body].map((part) => part.toString('base64url'));
  return [form, current.id, ...parts].join('.');
}

/** @throws NOT_READY when no key opens it, INTERNAL when it was changed or belongs to another place */
export function unseal(keys: SealKeys, sealed: string, place: string): string {
  const [version, id = '', nonce, tag, body] = sealed.split('.');
  if (keys.length === 0) throw keyless();
  const found = keys.find((key) => key.id === id);
  if (!found)
    throw new FactotumError(
      'NOT_READY',
      'Tokens were encrypted with another key. Set FACTOTUM_ENCRYPTION_KEY to the key that was used, or to the new and the old one with a comma between them, or install the app again.',
    );
  try {
    if (version !== form || !nonce || !tag || body === undefined) throw new Error('Unknown form.');
    const part = (text: string) => Buffer.from(text, 'base64url');
    const decipher = createDecipheriv('aes-256-gcm', found.key, part(nonce), { authTagLength: 16 });
    decipher.setAAD(bindingOf(id, place));
    decipher.setAuthTag(part(tag));
    return Buffer.concat([decipher.update(part(body)), decipher.final()]).toString('utf8');
  } catch (cause) {
    throw new FactotumError(
      'INTERNAL',
      'A stored token was changed or belongs to another workspace, so it is not used. Install the app again.',
      { cause },
    );
  }
}

const bindingOf = (id: string, place: string) => Buffer.from(JSON.stringify([form, id, place]));

const keyless = () =>
  new FactotumError(
    'NOT_READY',
    'Tokens are kept encrypted only. Set FACTOTUM_ENCRYPTION_KEY; make one with: openssl rand -hex 32',
  );
