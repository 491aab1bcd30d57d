import { UnmetExpectations } from '../errors.ts';
import type { TestServer } from '../test-server.ts';
import { overBudget } from './budget.ts';
import { junkProblems, unknownKeyProblems } from './configuration.ts';
import { exchangeAgainAndAgain, PATIENT_DEADLINE } from './exchange.ts';
import { journey } from './journey.ts';
import { storageMishaps } from './media-storage.ts';
import { mishapsSoFar, rehearse, type Mishap } from './rehearsal.ts';
import { Subject, type ContractOptions } from './subject.ts';

/** One thing that a module has to do, for whatever runs tests. */
export interface ContractCheck {
  readonly name: string;
  /** @throws UnmetExpectations that tells each thing which it does not do */
  run(): Promise<void>;
}

/**
 * What every module has to do, whatever it is for. Each check starts servers of its own and leaves nothing behind.
 * @param module a class or definition, or its place as in the configuration
 * @example for (const { name, run } of moduleContract(NoParties, { config: { host: '@gatsby:localhost' } })) it(name, run);
 */
export function moduleContract(module: string | object, options: ContractOptions = {}): readonly ContractCheck[] {
  const subject = new Subject(module, options);
  let rehearsed: Promise<readonly Mishap[]> | undefined;
  const mishaps = (): Promise<readonly Mishap[]> => (rehearsed ??= subject.with((server) => rehearse(server, subject)));
  /** What goes wrong in any case is told once. */
  const more = async (found: readonly Mishap[]): Promise<readonly string[]> => {
    const known = new Set((await mishaps()).map(({ at }) => at));
    return [...new Set(found.filter(({ at }) => !known.has(at)).map(told))];
  };
  const unmet = (problems: readonly string[]): void => {
    if (problems.length > 0) throw new UnmetExpectations(problems);
  };
  const checks: readonly ContractCheck[] = [
    { name: 'starts with its configuration, and leaves nothing open when it ends', run: async () => unmet(await openEnds(subject)) },
    { name: 'refuses keys of its configuration that it does not know', run: async () => unmet(await unknownKeyProblems(subject)) },
    { name: 'refuses a configuration that makes no sense, by a ConfigError', run: async () => unmet(await junkProblems(subject)) },
    { name: 'answers whatever it can be asked, in time', run: async () => unmet((await mishaps()).filter(isPlain).map(told)) },
    { name: 'changes nothing of what it is given', run: async () => unmet((await mishaps()).filter(isMeddling).map(told)) },
    { name: 'does nothing that it does not declare', run: async () => unmet((await mishaps()).filter(isForbidden).map(told)) },
    {
      name: 'can be exchanged while it is asked',
      run: async () => unmet(await more(await exchanged(subject))),
    },
    { name: 'starts again on what it has stored, after an end and after a crash', run: async () => unmet(await more(await restarted(subject))) },
    { name: 'keeps the files that it takes, where it is a storage for media', run: async () => unmet((await stored(subject)).map(told)) },
  ];
  const { budget } = options;
  if (budget === undefined) return checks;
  const name = `answers within ${budget.milliseconds} ms, 99 times of 100`;
  return [...checks, { name, run: async () => unmet(await subject.with((server) => overBudget(server, subject, budget))) }];
}

/**
 * Lets the module do all that it can, and ends it.
 * @returns what is still served
 * @throws UnmetExpectations for what is still open
 */
async function openEnds(subject: Subject): Promise<readonly string[]> {
  return subject.with(
    async (server) => {
      await rehearse(server, subject);
      await journey(subject, server, ['first', 'second']);
      await server.exchangeModules([]);
      return servedStill(server);
    },
    { leaks: true },
  );
}

async function servedStill(server: TestServer): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const { path } of server.registered.resources) {
    const { status } = await server.fetch(path);
    if (status !== 404) problems.push(`${path} is still served (${status})`);
  }
  return problems;
}

const exchanged = (subject: Subject): Promise<readonly Mishap[]> =>
  subject.with(
    async (server) => {
      await exchangeAgainAndAgain(subject, server);
      return mishapsSoFar(server, subject);
    },
    { modules: [subject.entry(undefined, { timeout: PATIENT_DEADLINE })] },
  );

/** Starts it again on the database that it has filled: in the same server, and in another that finds the database as a crash leaves it. */
async function restarted(subject: Subject): Promise<readonly Mishap[]> {
  const { database, afterEnd } = await subject.with(async (server) => {
    await rehearse(server, subject);
    await journey(subject, server, ['first', 'second']);
    const image = server.databaseImage();
    await server.exchangeModules([]);
    await server.exchangeModules([subject.entry()]);
    await rehearse(server, subject);
    return { database: image, afterEnd: mishapsSoFar(server, subject) };
  });
  const afterCrash = await subject.with(
    async (server) => {
      await rehearse(server, subject);
      await journey(subject, server, ['third', 'fourth']);
      return mishapsSoFar(server, subject);
    },
    { database },
  );
  return [...afterEnd, ...afterCrash];
}

const stored = (subject: Subject): Promise<readonly Mishap[]> =>
  subject.with(async (server) => (await storageMishaps(server)).filter(({ at }) => !subject.mayFail(at)));

/** What strict code is told when it changes what is frozen. */
const isMeddling = ({ error }: Mishap): boolean =>
  error instanceof TypeError && /read only|not extensible|Cannot (?:delete|define|redefine|set) property /.test(error.message);
const isForbidden = ({ error }: Mishap): boolean => error instanceof Error && error.name === 'NotPermitted';
const isPlain = (mishap: Mishap): boolean => !isMeddling(mishap) && !isForbidden(mishap);

const told = ({ at, asked, said }: Mishap): string => `${at} failed: ${said} (asked: ${asked})`;
