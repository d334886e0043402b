/** What a newcomer waits for: the start, the plan, the delivered app. */
import { median, ms, percentile, printTable, timed } from './support/measure.ts';
import { build, listen, post, press, startProgram, withFolder } from './support/program.ts';

const sentence = 'Create a CRM for my cellphone store';
const plans = 30;
const deliveries = 10;

build();
await withFolder(async (home) => {
  const first = await startProgram({ FACTOTUM_HOME: home });
  await first.stop();
  const { address, startMs, stop } = await startProgram({ FACTOTUM_HOME: home });
  try {
    const planned: number[] = [];
    const delivered: number[] = [];
    for (let round = 0; round < plans; round += 1) {
      const conversation = `bench-${round}`;
      const heard = await listen(address, conversation);
      planned.push(
        await timed(async () => {
          await post(address, '/api/messages', { conversation, text: sentence });
          await heard.card('plan');
        }),
      );
      if (round < deliveries) {
        const plan = await heard.card('plan');
        delivered.push(
          await timed(async () => {
            await press(address, plan, 'Accept');
            await heard.card('delivery');
          }),
        );
      }
      heard.close();
    }
    printTable(
      'The main job, over HTTP and WebSocket',
      ['median', 'slowest'],
      [
        { what: 'empty home → listening', values: [ms(first.startMs), ''], aim: '5 s' },
        { what: 'second start → listening', values: [ms(startMs), ''], aim: '2 s' },
        { what: `message → plan card (${plans})`, values: both(planned), aim: '150 ms' },
        { what: `accept → delivered CRM (${deliveries})`, values: both(delivered), aim: '2 s' },
      ],
    );
  } finally {
    await stop();
  }
});

function both(values: number[]): string[] {
  return [ms(median(values)), ms(percentile(values, 1))];
}
