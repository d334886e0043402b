/** What `bench/workflow.ts` measures: reading, checking and printing workflow text. */
import { performance } from 'node:perf_hooks';
import { check } from '../../src/engine/workflow/check.ts';
import { print } from '../../src/engine/workflow/printer.ts';
import { median, ms, percentile, printTable } from './measure.ts';

const rounds = 100;
/** The first rounds are slower, until the program has been compiled. */
const warmUp = 20;

/** Lines like those of the examples, with everything that the language has. */
function textOf(lines: number): string {
  const block = (
    at: number,
  ) => `  STEP ${at}1: BOT "classifier" "analyze complaint {order.id}" AS found${at}
  ' what follows depends on the amount
  IF order.total > ${at} AND NOT found${at}.text CONTAINS "refund" THEN
    STEP ${at}2: HUMAN APPROVAL "Pay {order.total}?" FROM "manager@company.com", "workspace" NEED 2
      TIMEOUT 1800
      ON TIMEOUT: ESCALATE TO "director@company.com"
  ELSE IF LENGTH(TRIM(order.note)) = 0 THEN
    CALL TOOL "send_message" WITH to = "web:shop", text = "Order " + order.id AS sent${at}
  END IF

  STEP ${at}3: PARALLEL
    BRANCH A: BOT "refund-processor" "process refund" WITH amount = order.total * 1.19 + 5
    BRANCH B:
      FOR EACH item IN order.items MAX 50
        SET BOT MEMORY "stock-{item.id}", item.count - 1
      END FOR
  END PARALLEL

  WAIT FOR EVENT "paid" WHERE event.id = order.id TIMEOUT 2 DAYS
  PUBLISH EVENT "workflow_completed" WITH order, at = ${at}`;
  const size = block(0).split('\n').length;
  const blocks = Array.from({ length: Math.ceil((lines - 3) / size) }, (_, at) => block(at + 1));
  const body = blocks
    .join('\n')
    .split('\n')
    .slice(0, lines - 3);
  // The last block may be cut; what it lacks is a problem like any other.
  return ['ORCHESTRATE WORKFLOW "bench"', '  INPUT order', ...body, 'END WORKFLOW'].join('\n');
}

function measure(what: string, lines: number, work: () => unknown, aim?: string) {
  const times: number[] = [];
  const busy: number[] = [];
  for (let round = -warmUp; round < rounds; round += 1) {
    const start = performance.now();
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    if (round < 0) continue;
    times.push(performance.now() - start);
    busy.push((user + system) / 1000);
  }
  const all = [median(busy), median(times), percentile(times, 0.99)];
  const seconds = median(times) / 1000;
  const counts = [lines / seconds, 1 / seconds].map((count) =>
    Math.round(count).toLocaleString('en'),
  );
  const values = [...all.map(ms), ...counts];
  return { what, values, ...(aim === undefined ? {} : { aim }) };
}

const sound = textOf(5000);
/** Every tenth line lacks something: a keyword, a quote or a mark. */
const broken = sound
  .split('\n')
  .map((line, at) => (at % 10 === 5 ? line.replace(/THEN|END \w+|"|=|:/, '') : line))
  .join('\n');
const short = textOf(1000);
const { file, problems } = check(sound);
const wrong = check(broken).problems.length;

printTable(
  `Workflow text, ${rounds} times each (${problems.length} and ${wrong} problems in the 5,000 lines)`,
  ['processor p50', 'p50', 'p99', 'lines a second', 'files a second'],
  [
    measure('check 5,000 lines', 5000, () => check(sound), '50 ms'),
    measure('check 5,000 lines with errors', 5000, () => check(broken), '50 ms'),
    measure('check 1,000 lines', 1000, () => check(short)),
    measure('print 5,000 lines', 5000, () => print(file)),
    measure('refuse 100,000 lines', 100_000, () => check('\n'.repeat(99_999))),
  ],
);
