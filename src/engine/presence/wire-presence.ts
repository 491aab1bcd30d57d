import type { PresenceState } from '../../kernel/question-values.ts';

/** https://spec.matrix.org/v1.19/client-server-api/#mpresence */
export type PresenceContent = {
  readonly presence: PresenceState['state'];
  /** ms */
  readonly last_active_ago?: number;
  readonly status_msg?: string;
  readonly currently_active?: boolean;
};

/** A presence as clients see it. @param now milliseconds since the epoch */
export function wirePresence({ state, statusMsg, lastActiveTs, currentlyActive }: PresenceState, now: number): PresenceContent {
  return {
    presence: state,
    ...(lastActiveTs > 0 && { last_active_ago: Math.max(0, now - lastActiveTs) }),
    ...(statusMsg !== undefined && { status_msg: statusMsg }),
    ...(state === 'online' && { currently_active: currentlyActive }),
  };
}
