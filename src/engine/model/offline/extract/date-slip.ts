/** Names of days as people misspell them, as data: a slip of the keyboard is no other day. */
import type { Rewrite } from './rewrite.ts';

const slips: Record<string, string> = {
  tomorrow:
    'tomorow tommorow tommorrow tomorrrow tomorro tommorro tomarrow tmorrow tomrrow tomorrw tmrw tmrrw tmr 2moro 2morrow',
  tonight: 'tonite tonigt tongiht',
  Monday: 'mondy monady moday mnday',
  Tuesday: 'tuseday tusday teusday tuesay tueday tuesdy teusdays tuesady',
  Wednesday: 'wendesday wensday wednsday wedensday wedesday wenesday wednesdy wednessday wendsday',
  Thursday: 'thrusday thurday thurdsay thursdy thusday thirsday thursay',
  Friday: 'firday frday fridy fryday firiday',
  Saturday: 'saterday satruday satuday saturdy saturaday',
  Sunday: 'sundy sunady suday',
  January: 'janury januray januery',
  February: 'febuary feburary februrary febrary',
  August: 'agust augst',
  September: 'septemeber setember septmber sepetember',
  October: 'ocotber octber octobre',
  November: 'novemeber novmber novembre',
  December: 'decmber decembre decemeber',
};

const dayOf = new Map(
  Object.entries(slips).flatMap(([day, words]) => words.split(' ').map((word) => [word, day])),
);

export const slipRewrites: Rewrite[] = [
  [
    new RegExp(`\\b(${[...dayOf.keys()].join('|')})\\b`, 'gi'),
    (found) => dayOf.get(found.toLowerCase()) ?? found,
  ],
];
