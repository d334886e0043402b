/** Parts of one transaction: each writes its own, what is shared is done once, and all of it is there or nothing. */
import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { transaction } from '../src/db/client.ts';
import { appendEvents } from '../src/db/event.ts';
import { addJob, addsJob, dropJob, sendSignal } from '../src/db/job.ts';
import { inParts, type Load, readTogether, takeTurn } from '../src/db/part.ts';
import { lockBudget } from '../src/db/reservation.ts';
import { lockUsable } from '../src/db/standing-approval.ts';
import { appendLog, changeTask, findTask, insertTask, type Task } from '../src/db/task.ts';
import { queryAside, type Tx, waitForNoDisk } from '../src/db/tx.ts';
import { testDatabase } from './support/database.ts';
import { gate } from './support/engine.ts';

const db = await testDatabase();
const scope = { workspaceId: 'wsp_a' };
const within = <T>(work: (tx: Tx) => Promise<T>) => transaction(db, scope, work);
const inOne = (works: ((part: Tx) => Promise<unknown>)[]) => within((tx) => inParts(tx, works));

let made = 0;
const tasksOf = (count: number) =>
  within(async (tx) => {
    const tasks: Task[] = [];
    for (let left = count; left > 0; left -= 1) {
      made += 1;
      tasks.push(
        await insertTask(tx, {
          ...{ ...scope, id: `tsk_${made}`, channel: 'web', conversation: 'c1' },
          ...{ requestedBy: 'ana', title: 'Parts', shortName: 'parts', description: 'Parts.' },
        }),
      );
    }
    return tasks;
  });
const progressOf = async (tasks: Task[]) => {
  const found = await within((tx) => Promise.all(tasks.map(({ id }) => findTask(tx, id))));
  return found.map((task) => task?.progress);
};
const jobsOf = async ({ id }: Task) => {
  const rows = await db.raw`
    select key from graphile_worker._private_jobs where payload->>'taskId' = ${id} order by id`;
  return rows.map(({ key }) => key);
};
const event = ({ id }: Task, name: string) => ({
  ...{ ...scope, taskId: id, event: name, actor: 'ana', data: {} },
});

describe('what parts leave', () => {
  test('is written by each for itself: rows, events, jobs, in one transaction', async () => {
    const tasks = await tasksOf(3);
    const results = await inOne(
      tasks.map((task, index) => async (tx) => {
        changeTask(tx, task, { progress: index + 1 });
        appendLog(tx, task.id, { event: `log ${index}` });
        appendEvents(tx, [event(task, `part ${index}`), event(task, 'same')]);
        const job = { ...scope, taskId: task.id };
        addJob(tx, 'advance', job, { key: `wake:${task.id}` });
        addJob(tx, 'deliver', job, { key: `deliver:${task.id}` });
        dropJob(tx, `deliver:${task.id}`);
        // What a part asks of its transaction is about what it has added itself.
        return [addsJob(tx, 'advance'), addsJob(tx, 'deliver')];
      }),
    );
    expect(results).toEqual([
      [true, false],
      [true, false],
      [true, false],
    ]);
    expect(await progressOf(tasks)).toEqual([1, 2, 3]);
    const ids = tasks.map(({ id }) => id);
    const [rows] = await db.raw`
      select count(*)::int as events, count(distinct xmin::text)::int as transactions, max(seq) - min(seq) as apart
      from task_events where task_id in ${db.raw(ids)}`;
    expect(rows).toMatchObject({ events: 6, transactions: 1, apart: '5' });
    for (const task of tasks) expect(await jobsOf(task)).toEqual([`wake:${task.id}`]);
  });

  test('is one job where two add the same', async () => {
    const [task, other] = (await tasksOf(2)) as [Task, Task];
    const job = { ...scope, taskId: task.id };
    await inOne([
      async (tx) => addJob(tx, 'advance', job, { key: 'both', isUrgent: true }),
      async (tx) => addJob(tx, 'advance', job, { key: 'both' }),
      async (tx) => addJob(tx, 'advance', { ...job, taskId: other.id }),
    ]);
    expect(await jobsOf(task)).toEqual(['both']);
    expect(await jobsOf(other)).toEqual([null]);
    const [row] = await db.raw`
      select priority from graphile_worker._private_jobs where key = 'both'`;
    expect(row).toEqual({ priority: -10 });
  });

  test('is told to listeners once', async () => {
    const heard: string[] = [];
    const listening = await db.raw.listen('factotum', (text) => heard.push(text));
    const signal = { kind: 'event', ...scope } as const;
    await inOne([async (tx) => sendSignal(tx, signal), async (tx) => sendSignal(tx, signal)]);
    await expect.poll(() => heard).toEqual([JSON.stringify(signal)]);
    await listening.unlisten();
  });

  test('is nothing when one of them fails, and its error is thrown when all have ended', async () => {
    const tasks = await tasksOf(3);
    const late = gate();
    const ended: string[] = [];
    const failing = inOne([
      async (tx) => changeTask(tx, tasks[0] as Task, { progress: 50 }),
      async () => {
        setTimeout(late.open, 20);
        throw new Error('The second part failed.');
      },
      async (tx) => {
        changeTask(tx, tasks[2] as Task, { progress: 50 });
        await late.passed;
        await tx.execute(sql`select 1`);
        ended.push('third');
      },
    ]);
    await expect(failing).rejects.toThrow('The second part failed.');
    expect(ended).toEqual(['third']);
    expect(await progressOf(tasks)).toEqual([0, 0, 0]);
  });

  test('is nothing when a statement of one of them fails', async () => {
    const tasks = await tasksOf(2);
    const failing = inOne([
      async (tx) => changeTask(tx, tasks[0] as Task, { progress: 50 }),
      async (tx) => tx.execute(sql`select 1 / 0`),
    ]);
    await expect(failing).rejects.toThrow();
    expect(await progressOf(tasks)).toEqual([0, 0]);
  });

  test('is refused where two know the same row otherwise', async () => {
    const [task] = (await tasksOf(1)) as [Task];
    const change = (progress: number) => async (tx: Tx) => changeTask(tx, task, { progress });
    await expect(inOne([change(1), change(2)])).rejects.toThrow('written twice');
    expect(await progressOf([task])).toEqual([0]);
  });

  test('waits for the disk where one of them does', async () => {
    const [task, other] = (await tasksOf(2)) as [Task, Task];
    const flushed = async (works: ((tx: Tx) => Promise<void>)[]) => {
      let count = 0;
      const flush = async () => {
        count += 1;
      };
      await transaction({ ...db, flush }, scope, (tx) => inParts(tx, works));
      return count;
    };
    const later = (about: Task) => async (tx: Tx) => {
      appendEvents(tx, [event(about, 'later')]);
      waitForNoDisk(tx);
    };
    const now = async (tx: Tx) => appendEvents(tx, [event(other, 'now')]);
    expect(await flushed([later(task), later(other)])).toBe(0);
    expect(await flushed([later(task), now])).toBe(1);
  });

  test('may be more than one statement takes, and more rows of a kind than few', async () => {
    const tasks = await tasksOf(25);
    await inOne(
      tasks.map((task, index) => async (tx) => {
        changeTask(tx, task, { progress: index + 1 });
      }),
    );
    expect(await progressOf(tasks)).toEqual(tasks.map((_, index) => index + 1));
  });
});

describe('what parts read together', () => {
  const counting = () => {
    const asked: string[][] = [];
    const load: Load<string> = async (tx, keys) => {
      asked.push(keys);
      const rows = await tx.execute<{ id: string; progress: number }>(
        sql`select id, progress from tasks where id in ${keys}`,
      );
      return new Map(rows.map(({ id, progress }) => [id, `${id}: ${progress}`]));
    };
    return { asked, load };
  };

  test('is read at once, after what each has put off, whichever of them end before', async () => {
    const tasks = await tasksOf(3);
    const { asked, load } = counting();
    const reading = tasks.map(({ id, ...rest }, index) => async (tx: Tx) => {
      changeTask(tx, { id, ...rest }, { progress: index + 10 });
      for (let turn = 0; turn < index; turn += 1) await tx.execute(sql`select 1`);
      return readTogether(tx, load, id);
    });
    const brief = async (tx: Tx) => (await tx.execute(sql`select 1`)) && undefined;
    const ids = tasks.map(({ id }) => id);
    expect(await inOne([brief, ...reading, brief])).toEqual([
      undefined,
      ...ids.map((id, index) => `${id}: ${index + 10}`),
      undefined,
    ]);
    expect(asked).toEqual([ids]);
  });

  test('is read besides what they have put off, where that does not matter', async () => {
    const [task, other] = (await tasksOf(2)) as [Task, Task];
    const aside: Load<number> = async (tx, keys) => {
      const text =
        'select id, progress from tasks where id = any(array(select json_array_elements_text($1::text::json)))';
      const rows = await queryAside<{ id: string; progress: number }>(tx, text, [
        JSON.stringify(keys),
      ]);
      return new Map(rows.map(({ id, progress }) => [id, progress]));
    };
    const reading = (about: Task) => async (tx: Tx) => {
      const changed = changeTask(tx, about, { progress: 30 });
      const found = await readTogether(tx, aside, about.id, { isAside: true });
      changeTask(tx, changed, { progress: 40 });
      return found;
    };
    expect(await inOne([reading(task), reading(other)])).toEqual([0, 0]);
    expect(await progressOf([task, other])).toEqual([40, 40]);
  });

  test('is read again by those that ask again, and is undefined where nothing is found', async () => {
    const [task] = (await tasksOf(1)) as [Task];
    const { asked, load } = counting();
    const twice = async (tx: Tx) => [
      await readTogether(tx, load, task.id),
      await readTogether(tx, load, 'nobody'),
    ];
    const once = async (tx: Tx) => [await readTogether(tx, load, 'nothing')];
    expect(await inOne([twice, once])).toEqual([[`${task.id}: 0`, undefined], [undefined]]);
    expect(asked).toEqual([[task.id, 'nothing'], ['nobody']]);
  });

  test('is read alone where there are no parts', async () => {
    const [task] = (await tasksOf(1)) as [Task];
    const { asked, load } = counting();
    expect(await within((tx) => readTogether(tx, load, task.id))).toBe(`${task.id}: 0`);
    expect(asked).toEqual([[task.id]]);
  });

  test('fails each that asked, and so the transaction', async () => {
    const caught: unknown[] = [];
    const load: Load<string> = async () => {
      throw new Error('It cannot be read.');
    };
    const asking = (tx: Tx) =>
      readTogether(tx, load, 'x').catch((error) => {
        caught.push(error);
        throw error;
      });
    await expect(inOne([asking, asking])).rejects.toThrow('It cannot be read.');
    expect(caught).toHaveLength(2);
  });
});

describe('the turn', () => {
  test('is one part’s until it ends, and others read meanwhile', async () => {
    const [task] = (await tasksOf(1)) as [Task];
    const order: string[] = [];
    const load: Load<string> = async (_, keys) => {
      order.push(`read ${keys}`);
      return new Map();
    };
    const taking = (name: string) => async (tx: Tx) => {
      await takeTurn(tx);
      await takeTurn(tx);
      order.push(`${name} begins`);
      // Without the others, which cannot ask before it has ended.
      await readTogether(tx, load, name);
      await tx.execute(sql`update tasks set progress = progress + 1 where id = ${task.id}`);
      order.push(`${name} ends`);
    };
    await inOne([taking('a'), taking('b'), taking('c')]);
    expect(order).toEqual(
      ['a', 'b', 'c'].flatMap((x) => [`${x} begins`, `read ${x}`, `${x} ends`]),
    );
    expect(await progressOf([task])).toEqual([3]);
  });

  test('is taken by what counts: budgets and standing approvals', async () => {
    const locks = [
      (tx: Tx) => lockBudget(tx, scope.workspaceId),
      (tx: Tx) => lockUsable(tx, 'send_message', new Date()),
    ];
    for (const lock of locks) {
      const order: string[] = [];
      const counting = (name: string) => async (tx: Tx) => {
        await lock(tx);
        order.push(`${name} counts`);
        await tx.execute(sql`select 1`);
        order.push(`${name} has counted`);
      };
      await inOne([counting('a'), counting('b')]);
      expect(order).toEqual(['a counts', 'a has counted', 'b counts', 'b has counted']);
    }
  });

  test('goes on when whoever has it fails', async () => {
    const order: string[] = [];
    const failing = async (tx: Tx) => {
      await takeTurn(tx);
      throw new Error('It failed in its turn.');
    };
    const after = async (tx: Tx) => {
      await takeTurn(tx);
      order.push('after');
    };
    await expect(inOne([failing, after])).rejects.toThrow('It failed in its turn.');
    expect(order).toEqual(['after']);
  });

  test('is nothing to wait for in a transaction of one', async () => {
    await within(async (tx) => {
      await takeTurn(tx);
      await takeTurn(tx);
    });
  });
});
