import * as results from './results.ts';
import type { Round } from './round.ts';
import type { Steps } from './way.ts';

/** How the answers of several modules become one. */
export interface Combination {
  /** What holds when no module is asked, made once: without modules a question costs nothing. */
  readonly unasked: Promise<unknown>;
  /** Asks them. */
  run(round: Round): Steps<unknown>;
}

/** The first that refuses decides. */
export function verdict(given: Partial<results.VerdictRule> & Pick<results.VerdictRule, 'refusal'>): Combination {
  const rule = results.verdictRule(given);
  return { unasked: Promise.resolve(), run: (round) => round.all((value) => results.readVerdict(rule, value)) };
}

/** The first that hides decides. */
export function visibility(given: Partial<results.VerdictRule> & Pick<results.VerdictRule, 'refusal'>): Combination {
  const rule = results.verdictRule(given);
  return { unasked: Promise.resolve(true), run: (round) => round.first((value) => results.readVisibility(rule, value), true) };
}

/**
 * The first that has an answer decides.
 * @param goOn the answer that leaves the question to the next module, and holds in the end
 */
export const first = (read: (value: unknown) => results.Reading, goOn: unknown): Combination => ({
  unasked: Promise.resolve(goOn),
  run: (round) => round.first(read, goOn),
});

/** auth_checkers, check_3pid_auth: the first that knows who it is decides. */
export const authentication: Combination = { unasked: Promise.resolve(undefined), run: (round) => round.authentication() };

/** All are told. */
export const listening: Combination = { unasked: Promise.resolve(), run: (round) => round.all(() => results.ALLOWED) };

/** The keys of all modules together; of one key the last module's value. */
export const merged: Combination = { unasked: Promise.resolve({}), run: (round) => round.merged(results.readFields) };

/** get_media_storage_id: what each module says. */
export const each = (read: (value: unknown) => results.Reading): Combination => ({
  unasked: Promise.resolve([]),
  run: (round) => round.each(read),
});

/** Whether all modules say that it is so; undefined when one of them failed. Where there is none, it is not so. */
export const agreement: Combination = {
  unasked: Promise.resolve(false),
  *run(round) {
    return (yield* round.each(results.readTruth))?.every((answer) => answer === true);
  },
};

/** fetch_media_file: the first that has the file. */
export const fetched: Combination = { unasked: Promise.resolve(false), run: (round) => round.fetched() };

/** What each module has to say, under its name. */
export const byModule = (read: (value: unknown) => results.Reading): Combination => ({
  unasked: Promise.resolve([]),
  run: (round) => round.byModule(read),
});

/** is_user_expired: `false` is an answer too, and ends the question. */
export const expiry: Combination = {
  unasked: Promise.resolve(false),
  *run(round) {
    return (yield* round.first<boolean | undefined>(results.readExpiry, undefined)) ?? false;
  },
};

/** check_event_allowed: a verdict that may put another event in the place of the one that it is asked about. */
export const eventVerdict = (refusal: string): Combination => {
  const rule = results.verdictRule({ refusal });
  return { unasked: Promise.resolve(), run: (round) => round.event((value) => results.readEventAllowed(rule, value)) };
};

/** sign_event: what all modules sign by. */
export const signing = (refusal: string): Combination => {
  const rule = results.verdictRule({ refusal, truth: undefined });
  const signatures = (value: unknown): results.Reading => results.readSignatures(rule, value);
  return { unasked: Promise.resolve(undefined), run: (round) => round.signer((value) => results.readSigner(rule, value), signatures) };
};

/** on_create_room: each may change the request, or throw. */
export const rewrite: Combination = { unasked: Promise.resolve(), run: (round) => round.rewrite() };

/** get_users_for_states: united. */
export const routes: Combination = { unasked: Promise.resolve(new Map()), run: (round) => round.routes() };

/** get_interested_users: united. */
export const interest: Combination = { unasked: Promise.resolve(new Set()), run: (round) => round.interest() };

/** check_registration_for_spam: the first that does not simply allow decides. */
export const registration = (refusal: string): Combination => first((value) => results.readRegistration(refusal, value), 'allow');
