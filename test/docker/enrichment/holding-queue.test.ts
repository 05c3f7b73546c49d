import { expect, it } from 'vitest';
import type { ContainerAnswer } from '#docktape/docker/enrichment/container-answer.js';
import { HeldIncident } from '#docktape/docker/enrichment/held.js';
import { HoldingQueue } from '#docktape/docker/enrichment/holding-queue.js';
import { Subject } from '#docktape/docker/enrichment/subject.js';
import { Wants } from '#docktape/docker/enrichment/wants.js';

it('hands on a great many in order, whatever of them waits when others come', () => {
  const queue = new HoldingQueue();
  const subjects = Array.from(
    { length: 100 },
    (_, key) => new Subject<ContainerAnswer>('container', `${key}`, `${key}`, () => undefined),
  );
  const handedOn: number[] = [];
  let count = 0;
  const add = (wants: Wants | undefined, amount: number) => {
    for (; amount > 0; amount -= 1, count += 1) {
      const number = count;
      queue.add(new HeldIncident(wants, Number.POSITIVE_INFINITY, () => handedOn.push(number)));
    }
  };
  for (const subject of subjects) {
    subject.demand();
    add(new Wants(subject, undefined), 1);
    add(undefined, 200);
  }
  expect(handedOn).toEqual([]);
  for (const [index, subject] of subjects.entries()) {
    subject.fail(1, 'gone');
    queue.release();
    expect(handedOn.at(201 * (index + 1) - 1)).toBe(201 * (index + 1) - 1);
    add(undefined, index % 3);
  }
  expect(handedOn).toEqual(Array.from({ length: count }, (_, number) => number));
});
