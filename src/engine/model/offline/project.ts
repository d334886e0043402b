/** Undertakings of several parts, and the parts that each usually has. Data, so that a trade adds its own. */
import type { Subtask } from '../model.ts';

type Project = { pattern: RegExp; parts: Subtask[] };

const parts = (...lines: [title: string, executionType: Subtask['executionType']][]): Subtask[] =>
  lines.map(([title, executionType]) => ({ title, executionType }));

const planning = '(?:plan|prepare|organi[sz]e|coordinate|arrange|run|launch|set up|manage)';
const about = (nouns: string) =>
  new RegExp(`^${planning}\\b.{0,60}\\b(?:${nouns})\\b|^(?:[\\w'-]+ ){0,3}(?:${nouns})$`, 'i');

/** The first that fits counts. */
export const projects: Project[] = [
  {
    pattern: about('campaigns?'),
    parts: parts(
      ['Research competitor campaigns', 'manual'],
      ['Create budget spreadsheet', 'semi_automated'],
      ['Draft campaign outline', 'fully_automated'],
      ['Design mockups', 'manual'],
    ),
  },
  {
    pattern: /^launch\b|\bproduct launch\b|^(?:plan|prepare|organi[sz]e) .{0,60}\blaunch\b/i,
    parts: parts(
      ['Agree on the launch date', 'manual'],
      ['Create launch checklist', 'semi_automated'],
      ['Draft announcement', 'fully_automated'],
      ['Brief sales and support', 'manual'],
    ),
  },
  {
    pattern: about(
      'event|party|conference|workshop|webinar|wedding|offsite|fair|festival|celebration|dinner|meetup',
    ),
    parts: parts(
      ['Choose a date and book the venue', 'manual'],
      ['Create guest list', 'semi_automated'],
      ['Draft invitation', 'fully_automated'],
      ['Order food and equipment', 'manual'],
    ),
  },
  {
    pattern: new RegExp(
      `^(?:move|relocate)\\b.{0,60}\\b(?:office|house|home|flat|shop|store|warehouse|company)\\b|${about('move|relocation').source}`,
      'i',
    ),
    parts: parts(
      ['Compare movers and book one', 'manual'],
      ['Create inventory of what moves', 'semi_automated'],
      ['Draft change-of-address notice', 'fully_automated'],
      ['Cancel and order utilities', 'manual'],
    ),
  },
  {
    pattern: /^(?:hire|recruit)\b|\b(?:hiring|recruiting|recruitment)$/i,
    parts: parts(
      ['Draft job description', 'fully_automated'],
      ['Create candidate list', 'semi_automated'],
      ['Interview candidates', 'manual'],
      ['Make an offer', 'manual'],
    ),
  },
  {
    pattern: /^onboard\b|\bonboarding$/i,
    parts: parts(
      ['Create onboarding checklist', 'semi_automated'],
      ['Draft welcome message', 'fully_automated'],
      ['Prepare workplace and accounts', 'manual'],
      ['Introduce the team', 'manual'],
    ),
  },
  {
    pattern: about('trip|journey|travel|vacation|holiday'),
    parts: parts(
      ['Choose dates and book travel', 'manual'],
      ['Create budget spreadsheet', 'semi_automated'],
      ['Draft itinerary', 'fully_automated'],
    ),
  },
  {
    // Whatever else is planned: what is wanted, what it costs, in which order.
    pattern: /^(?:plan|coordinate)\s+\S/i,
    parts: parts(
      ['Agree on goals and who takes part', 'manual'],
      ['Create budget spreadsheet', 'semi_automated'],
      ['Draft schedule outline', 'fully_automated'],
    ),
  },
];
