import { type LineBatch, selectLines } from '../docker/line-batch.js';
import { withDockerPlugin } from '../falco/docker-plugin.js';
import { Condition } from '../rules/condition.js';

/** Does the work with a filter that leaves the lines for which a condition of the rule language holds. */
export async function withSelection(
  where: string,
  work: (filter: (batch: LineBatch) => LineBatch) => Promise<void>,
): Promise<void> {
  await withDockerPlugin({}, async (plugin) => {
    const condition = Condition.compile(where, plugin);
    let number = 1;
    await work((batch) => {
      const events = plugin.wrap(batch, number);
      number += batch.count;
      return selectLines(batch, condition.select(events));
    });
  });
}
