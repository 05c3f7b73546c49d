import type { EventQuestion, Judgement } from '../judge/judgement.js';
import type { Failure } from '../report.js';
import type { Answer, EvaluateJob, Question } from './job.js';
import type { JobRunner } from './job-runner.js';

/** The failures of judgements with the events that explain them: another look at the streams, for what is asked of each. */
export async function attachEvents(
  judgements: readonly Judgement[],
  streams: readonly EvaluateJob[],
  runner: JobRunner,
): Promise<Failure[]> {
  const answers = await Promise.all(
    streams.map((stream, index) => answersOf(stream, questionsTo(index, judgements), runner)),
  );
  return judgements.map((judgement, i) => {
    const answer = best(answers.map((ofStream) => ofStream.get(i)));
    return answer ? { ...judgement.failure, event: answer.event } : judgement.failure;
  });
}

/** What is asked of a stream, by the index of the judgement. */
function questionsTo(stream: number, judgements: readonly Judgement[]): Map<number, EventQuestion> {
  const asked = judgements.flatMap(({ question }, i) =>
    question && (question.stream ?? stream) === stream ? [[i, question] as const] : [],
  );
  return new Map(asked);
}

async function answersOf(
  { files, settings, stream }: EvaluateJob,
  asked: ReadonlyMap<number, EventQuestion>,
  runner: JobRunner,
): Promise<Map<number, Answer | undefined>> {
  if (asked.size === 0) return new Map();
  const questions = [...asked.values()].map(
    ({ rule, event }): Question => (event === undefined ? { rule } : { rule, event }),
  );
  const outcome = await runner.run({ kind: 'explain', files, settings, stream, questions });
  // The stream was read a moment ago. When it cannot be read again, the failures stand, without the look at events.
  if (outcome.kind === 'problem') return new Map();
  return new Map([...asked.keys()].map((judgement, i) => [judgement, outcome.answers[i]]));
}

/** The highest score; the first of several. */
function best(answers: readonly (Answer | undefined)[]): Answer | undefined {
  const given = answers.filter((answer) => answer !== undefined);
  return given.reduce<Answer | undefined>(
    (known, answer) => (known && known.score >= answer.score ? known : answer),
    undefined,
  );
}
