/**
 * The PostgreSQL wire protocol, version 3, as far as somebody in the middle has to read it: where
 * messages begin and end, and what a few of them say. Pure; facts are from the chapter
 * "Frontend/Backend Protocol" of the PostgreSQL manual.
 */

/** One message as it came. `type` is empty for the untyped ones that open a connection. */
export type Message = { type: string; body: Buffer; bytes: Buffer };

/**
 * Cuts a stream of bytes into messages; what is incomplete waits for the next chunk.
 * @param opening how many untyped messages come first: the side of the client begins with them
 */
export function createFramer(side: 'client' | 'server'): (chunk: Buffer) => Message[] {
  let rest: Buffer = Buffer.alloc(0);
  let opening = side === 'client';
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const messages: Message[] = [];
    for (;;) {
      const head = opening ? 0 : 1;
      if (rest.length < head + 4) return messages;
      const length = head + rest.readInt32BE(head);
      if (rest.length < length) return messages;
      const bytes = rest.subarray(0, length);
      rest = rest.subarray(length);
      const type = opening ? '' : String.fromCharCode(bytes[0] ?? 0);
      const message = { type, body: bytes.subarray(head + 4), bytes };
      // Questions about encryption come before the startup message, which is the last untyped one.
      if (opening && openingOf(message) === 'startup') opening = false;
      messages.push(message);
    }
  };
}

const codes: Record<number, 'ssl' | 'gss' | 'cancel'> = {
  80877102: 'cancel',
  80877103: 'ssl',
  80877104: 'gss',
};

/** What an untyped message wants. */
export function openingOf({ body }: Message): 'ssl' | 'gss' | 'cancel' | 'startup' {
  return codes[body.readInt32BE(0)] ?? 'startup';
}

/** Reads the strings and numbers of a body, one after the other. */
function reader(body: Buffer) {
  let at = 0;
  return {
    text() {
      const end = body.indexOf(0, at);
      const text = body.toString('utf8', at, end);
      at = end + 1;
      return text;
    },
    int16() {
      at += 2;
      return body.readInt16BE(at - 2);
    },
    /** A value with its length before it; null is written as length -1. */
    value(): string | null {
      const length = body.readInt32BE(at);
      at += 4;
      if (length < 0) return null;
      at += length;
      return body.toString('utf8', at - length, at);
    },
  };
}

/** Query: the whole text. */
export const readQuery = ({ body }: Message): string => reader(body).text();

/** Parse: the statement's name ('' for the unnamed one) and its text. */
export function readParse({ body }: Message): { name: string; text: string } {
  const read = reader(body);
  return { name: read.text(), text: read.text() };
}

/** Bind: the portal, the statement that it is made from, and the parameters as text. */
export function readBind({ body }: Message): {
  portal: string;
  name: string;
  values: (string | null)[];
} {
  const read = reader(body);
  const portal = read.text();
  const name = read.text();
  for (let formats = read.int16(); formats > 0; formats -= 1) read.int16();
  const values = Array.from({ length: read.int16() }, () => read.value());
  return { portal, name, values };
}

/** Execute: the portal. */
export const readExecute = ({ body }: Message): string => reader(body).text();

/** CommandComplete: "INSERT 0 1", "COMMIT", "CREATE TABLE". */
export const readTag = ({ body }: Message): string => reader(body).text();

/** ReadyForQuery: I idle, T in a transaction, E in a failed transaction. */
export const readStatus = ({ body }: Message): 'I' | 'T' | 'E' => {
  const status = body.toString('latin1', 0, 1);
  return status === 'T' || status === 'E' ? status : 'I';
};

/** A message that asks the server to answer what it has, and to commit nothing yet. */
export const flushMessage: Buffer = Buffer.from([0x48, 0, 0, 0, 4]);
