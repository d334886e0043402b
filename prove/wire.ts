/** Messages of the PostgreSQL protocol made by hand, for tests of whoever reads them. */

const text = (value: string) => Buffer.from(`${value}\0`);
const int16 = (value: number) => {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
};
const int32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};

export function message(type: string, ...body: Buffer[]): Buffer {
  const whole = Buffer.concat(body);
  return Buffer.concat([Buffer.from(type), int32(whole.length + 4), whole]);
}

/** One of the untyped messages that a client begins with. */
export const opening = (code: number, rest = ''): Buffer =>
  message('', int32(code), Buffer.from(rest));

export const query = (sql: string): Buffer => message('Q', text(sql));
export const parse = (name: string, sql: string): Buffer =>
  message('P', text(name), text(sql), int16(0));
export const bind = (portal: string, name: string, values: (string | null)[] = []): Buffer =>
  message(
    'B',
    ...[text(portal), text(name), int16(1), int16(0), int16(values.length)],
    ...values.flatMap((value) =>
      value === null ? [int32(-1)] : [int32(Buffer.byteLength(value)), Buffer.from(value)],
    ),
    int16(0),
  );
export const execute = (portal = ''): Buffer => message('E', text(portal), int32(0));
export const sync: Buffer = message('S');
export const flush: Buffer = message('H');
export const tag = (words: string): Buffer => message('C', text(words));
export const ready = (status: string): Buffer => message('Z', Buffer.from(status));

/** What a driver sends for one statement. */
export const statement = (sql: string, values: (string | null)[] = []): Buffer =>
  Buffer.concat([parse('', sql), bind('', '', values), execute(), sync]);
