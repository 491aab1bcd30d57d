import { compileGlobs } from 'plexus/module';
import type { InviteRules } from './config.ts';

/** Whether one may invite the other. */
export type MayInvite = (inviter: string, invitee: string) => boolean;

/** Says who may invite whom: the first rule that fits both decides. */
export function compileRules({ rules, otherwise }: InviteRules): MayInvite {
  const compiled = rules.map(({ from, to, action }) => ({ isFrom: compilePatterns(from), isTo: compilePatterns(to), allows: action === 'allow' }));
  return (inviter, invitee) => compiled.find(({ isFrom, isTo }) => isFrom(inviter) && isTo(invitee))?.allows ?? otherwise === 'allow';
}

/**
 * What the patterns stand for: one with an @ covers a whole user id or mail address, another the name of its server, or a whole text that
 * has none.
 */
export function compilePatterns(patterns: readonly string[]): (who: string) => boolean {
  const options = { ignoreCase: true };
  const isWhole = compileGlobs(
    patterns.filter((pattern) => pattern.includes('@')),
    options,
  );
  const isServer = compileGlobs(
    patterns.filter((pattern) => !pattern.includes('@')),
    options,
  );
  return (who) => isWhole(who) || isServer(serverOf(who));
}

/** Of `@alice:example.org` and `alice@example.org`: `example.org`. */
const serverOf = (who: string): string => (who.startsWith('@') ? who.slice(who.indexOf(':') + 1) : who.slice(who.lastIndexOf('@') + 1));
