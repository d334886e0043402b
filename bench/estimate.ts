/** How good the estimates are: apps of each complexity are built again and again, and measured. */
import { type Complexity, complexities } from '../src/db/estimate.ts';
import { median, ms, printTable, timed } from './support/measure.ts';
import { build, listen, post, press, startProgram, withFolder } from './support/program.ts';

/** Sentences of 1–2, 3–5 and 6 or more tables, told in turn. */
const sentences = {
  simple: [
    'Keep track of bee hives: each hive has a location, queen age and last inspection date',
    'Keep track of wine bottles with name, vintage and price',
    'Track my expenses with date, amount and category',
  ],
  medium: [
    'Create a CRM for my cellphone store',
    'Inventory system with suppliers, products and stock movements',
    'Booking system for a salon with customers, services, stylists and appointments',
  ],
  complex: [
    'School management with students, teachers, courses, classrooms, enrolments, exams and grades',
    'Hospital management with patients, doctors, departments, appointments, prescriptions, invoices and rooms',
    'Rental company with customers, vehicles, rentals, payments, damages, branches and employees',
  ],
};
const rounds = 40;

type Figures = {
  runs: number;
  median_error_percent: number | null;
  within_promise_percent: number | null;
  coverage_percent: number | null;
};
type Answer = {
  overall: Figures;
  bands: (Figures & { complexity: Complexity; tables: string; promise_percent: number })[];
};

build();
await withFolder(async (home) => {
  const { address, stop } = await startProgram({ FACTOTUM_HOME: home });
  const took: Record<Complexity, number[]> = { simple: [], medium: [], complex: [] };
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const complexity of complexities) {
        const told = sentences[complexity];
        const conversation = `${complexity}-${round}`;
        const heard = await listen(address, conversation);
        await post(address, '/api/messages', { conversation, text: told[round % told.length] });
        const plan = await heard.card('plan');
        took[complexity].push(
          await timed(async () => {
            await press(address, plan, 'Accept');
            await heard.card('delivery');
          }),
        );
        heard.close();
      }
    }
    // The program measures itself: these are the figures that people get.
    const response = await fetch(`${address}/api/estimates/accuracy`);
    const { overall, bands } = (await response.json()) as Answer;
    printTable(
      'Estimates: from the first task of an empty home on',
      ['tasks', 'median time', 'median error', 'within promise', 'in the interval'],
      [
        ...bands.map((band) => ({
          what: `${band.complexity}, ${band.tables}`,
          values: row(band, took[band.complexity]),
          aim: `±${band.promise_percent} %`,
        })),
        { what: 'all', values: row(overall, Object.values(took).flat()), aim: '80 % inside' },
      ],
    );
  } finally {
    await stop();
  }
});

function row(figures: Figures, times: number[]): string[] {
  return [
    String(figures.runs),
    ms(median(times)),
    `${figures.median_error_percent} %`,
    `${figures.within_promise_percent} %`,
    `${figures.coverage_percent} %`,
  ];
}
