import { expect, test } from 'vitest';
import { isSlip } from './likeness.ts';

test.each([
  ['invoice', 'invocie'],
  ['dashbord', 'dashboard'],
  ['anmiaton', 'animation'],
  ['crm', 'crm'],
])('"%s" is meant for "%s"', (typed, meant) => {
  expect(isSlip(typed, meant)).toBe(true);
});

test.each([
  ['crm', 'cms'],
  ['bees', 'beer'],
  ['sales', 'salary'],
  ['customer', 'costumes'],
])('"%s" is another word than "%s"', (typed, meant) => {
  expect(isSlip(typed, meant)).toBe(false);
});
