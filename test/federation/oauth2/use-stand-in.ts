import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { type Answers, startStandIn, type StandIn } from './stand-in.js';

/** A stand-in for the tests of a file. Before each test it answers `honest`, and nothing was asked. */
export function useStandIn(honest: Answers): Omit<StandIn, 'stop'> {
  let started: StandIn | undefined;
  const standIn = (): StandIn => {
    if (!started) throw new Error('The stand-in has not started.');
    return started;
  };
  beforeAll(async () => {
    started = await startStandIn();
  });
  beforeEach(() => {
    standIn().answers = honest;
    standIn().asked.length = 0;
  });
  afterAll(() => started?.stop());
  return {
    get url() {
      return standIn().url;
    },
    get answers() {
      return standIn().answers;
    },
    set answers(answers) {
      standIn().answers = answers;
    },
    get asked() {
      return standIn().asked;
    },
    last: (at) => standIn().last(at),
  };
}
