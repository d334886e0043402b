/** What is wrong after a kill, and how it is called. */

export type Fault = { kind: 'loss' | 'duplicate' | 'stuck'; what: string };

export const loss = (what: string): Fault => ({ kind: 'loss', what });
export const duplicate = (what: string): Fault => ({ kind: 'duplicate', what });
export const stuck = (what: string): Fault => ({ kind: 'stuck', what });

/** `count` of a thing that there must be exactly one of. */
export function one(what: string, count: number): Fault[] {
  if (count === 1) return [];
  return [count === 0 ? loss(`no ${what}`) : duplicate(`${count} times ${what}`)];
}
