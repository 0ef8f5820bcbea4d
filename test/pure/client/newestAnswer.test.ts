import { describe, expect, it, vi } from 'vitest';
import { NewestAnswer } from '../../../client/connection/newestAnswer.ts';
import { RequestError } from '../../../client/connection/requestError.ts';

const settle = () => new Promise((resolve) => setImmediate(resolve));

function asked() {
  const questions: { question: string; resolve: (answer: string) => void; reject: (e: unknown) => void }[] =
    [];
  const newest = new NewestAnswer(
    (question: string) =>
      new Promise<string>((resolve, reject) => void questions.push({ question, resolve, reject })),
  );
  return { newest, questions };
}

describe('NewestAnswer', () => {
  it('asks one question at a time, then the newest, and never shows an answer to an older one', async () => {
    const { newest, questions } = asked();
    for (const question of ['a', 'b', 'c']) newest.want(question);
    expect(questions.map(({ question }) => question)).toEqual(['a']);
    questions[0]!.resolve('A');
    await settle();
    expect([newest.answer, newest.waiting]).toEqual([undefined, true]);
    expect(questions.map(({ question }) => question)).toEqual(['a', 'c']);
    questions[1]!.resolve('C');
    await settle();
    expect([newest.answer, newest.waiting]).toEqual(['C', false]);
  });

  it('keeps the last answer until the next, and says why there is none', async () => {
    const { newest, questions } = asked();
    newest.want('a');
    questions[0]!.resolve('A');
    await settle();
    newest.want('b');
    expect([newest.answer, newest.answered]).toEqual(['A', 'a']);
    questions[1]!.reject(new RequestError('not-found', 'The steps are gone.'));
    await settle();
    expect([newest.answer, newest.problem]).toEqual([undefined, 'The steps are gone.']);
  });

  it('asks again in a while what met with something that passes, as long as it is wanted', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { newest, questions } = asked();
    newest.want('a');
    questions[0]!.reject(new RequestError('conflict', 'A run is going.'));
    await settle();
    expect(newest.problem).toBe('A run is going.');
    vi.runAllTimers();
    expect(questions.length).toBe(2);
    questions[1]!.reject(new RequestError('offline', 'No connection.'));
    await settle();
    vi.runAllTimers();
    questions[2]!.resolve('A');
    await settle();
    expect([newest.answer, newest.problem]).toEqual(['A', undefined]);
    newest.want('b');
    questions[3]!.reject(new RequestError('offline', 'No connection.'));
    await settle();
    newest.want(undefined);
    vi.runAllTimers();
    expect(questions.length).toBe(4);
    vi.useRealTimers();
  });

  it('forgets what is no longer wanted, and starts again', async () => {
    const { newest, questions } = asked();
    newest.want('a');
    newest.want(undefined);
    questions[0]!.resolve('A');
    await settle();
    expect([newest.answer, newest.waiting]).toEqual([undefined, false]);
    newest.want('b');
    questions[1]!.resolve('B');
    await settle();
    expect(newest.answer).toBe('B');
  });
});
