/** Questions back: kind, short, with answers that work as they stand. */
import type { Question } from '../model.ts';
import type { Head } from './head.ts';

const good = [
  'CRM for a cellphone store with customer tracking and repair status',
  'Sales dashboard showing daily revenue and top products',
  'Inventory system with stock alerts when below 10 units',
  'Booking system for a hair salon with clients, services and appointments',
];

const byType: Record<string, string[]> = {
  Dashboard: [
    'Sales dashboard showing daily revenue and top products',
    'Helpdesk with tickets, agents and a dashboard of tickets by status',
    'Expense tracker with a dashboard showing monthly spending by category',
  ],
  CRM: [
    'CRM for a cellphone store with customer tracking and repair status',
    'Sales CRM with companies, contacts and deals',
    'CRM for a real estate agency with properties, clients and viewings',
  ],
  'Booking system': [
    'Booking system for a hair salon with clients, services and appointments',
    'Room booking system with rooms, bookings and people',
    'Appointment system for a dental practice',
  ],
  Tracker: [
    'Expense tracker with amount, date and category',
    'Project tracker with projects, tasks and due dates',
    'Keep track of bee hives: each hive has a location and a last inspection date',
  ],
};

/** For "Make an app", "Dashboard", "Track stuff". */
export function askForMore(head: Head): Question {
  const what =
    head.typed && head.type !== 'App' && head.type !== 'Database'
      ? `a ${head.type === 'CRM' ? 'CRM' : head.type.toLowerCase()}`
      : 'an app';
  return {
    kind: 'question',
    text: `I would love to build ${what.replace(/^a (?=[aeiou])/, 'an ')}. What is it for, and what should it keep? A good description names the things (customers, orders, repairs) and what you want to know about each.`,
    suggestions: byType[head.type] ?? good,
  };
}

/** For text that holds no words that could be understood. */
export function askForWords(): Question {
  return {
    kind: 'question',
    text: 'I could not read a description in that. Tell me in a sentence or two what you want to keep track of, and what you need to know about each thing.',
    suggestions: good,
  };
}

/** For a text in another language. */
export function askForEnglish(): Question {
  return {
    kind: 'question',
    text: 'I am sorry, I only understand English so far. Could you describe the app in English? One or two sentences are enough.',
    suggestions: good,
  };
}

/** For an app beyond what one spec may hold. */
export function askForLess(things: number, most: number): Question {
  return {
    kind: 'question',
    text: `That describes ${things} lists; one app can hold up to ${most}. Which part should I build first?`,
    suggestions: ['Start with the ten most important lists', ...good.slice(0, 2)],
  };
}
