import { LRUCache } from 'lru-cache';
import type { UserId } from '../../core/identifiers.ts';
import { compileRuleset, type CompiledRuleset } from '../../core/push-rules/evaluate-push-rules.ts';
import { NO_CHANGES, type PushRuleChanges } from '../../core/push-rules/ruleset.ts';
import type { Work } from '../../kernel/work.ts';
import * as pushRules from '../../store/push-rules.ts';

/** Different rulesets that are remembered. */
const MAX_RULESETS = 1_000;
/** How many users one query asks for: databases limit its arguments. */
const USERS_AT_ONCE = 1_000;

/** Users' push rules, ready to be evaluated. Users with the same changes, as they are stored, share a ruleset. */
export class Rulesets {
  readonly #known = new LRUCache<string, CompiledRuleset>({ max: MAX_RULESETS });

  *of(userId: UserId): Work<CompiledRuleset> {
    return this.#compiled((yield* pushRules.findText(userId)) ?? '');
  }

  /** The rules of some users, asked for together. */
  *ofAll(userIds: readonly UserId[]): Work<(userId: UserId) => CompiledRuleset> {
    const texts = new Map<UserId, string>();
    for (let start = 0; start < userIds.length; start += USERS_AT_ONCE) {
      for (const [userId, text] of yield* pushRules.findTexts(userIds.slice(start, start + USERS_AT_ONCE))) texts.set(userId, text);
    }
    return (userId) => this.#compiled(texts.get(userId) ?? '');
  }

  #compiled(changes: string): CompiledRuleset {
    let ruleset = this.#known.get(changes);
    if (ruleset === undefined) {
      ruleset = compileRuleset(changes === '' ? NO_CHANGES : (JSON.parse(changes) as PushRuleChanges));
      this.#known.set(changes, ruleset);
    }
    return ruleset;
  }
}
