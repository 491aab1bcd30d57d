/** What survives a redaction, per room version: the section "Redactions" of each of https://spec.matrix.org/v1.19/rooms/ */

export interface RedactionRules {
  /** The keys of the event that stay. */
  readonly event: readonly string[];
  /** The keys of `content` that stay, by event type; none for a type that is not listed. `a.b` keeps only the key b of an object a. */
  readonly content: Readonly<Record<string, 'all' | readonly string[]>>;
}

const EVENT_KEYS_V11 = [
  'event_id',
  'type',
  'room_id',
  'sender',
  'state_key',
  'content',
  'hashes',
  'signatures',
  'depth',
  'prev_events',
  'auth_events',
  'origin_server_ts',
];

const EVENT_KEYS_V1 = [...EVENT_KEYS_V11, 'prev_state', 'origin', 'membership'];

const POWER_LEVELS_V1 = ['ban', 'events', 'events_default', 'kick', 'redact', 'state_default', 'users', 'users_default'];

export const REDACTION_V6: RedactionRules = {
  event: EVENT_KEYS_V1,
  content: {
    'm.room.member': ['membership'],
    'm.room.create': ['creator'],
    'm.room.join_rules': ['join_rule'],
    'm.room.power_levels': POWER_LEVELS_V1,
    'm.room.history_visibility': ['history_visibility'],
  },
};

export const REDACTION_V1: RedactionRules = {
  ...REDACTION_V6,
  content: { ...REDACTION_V6.content, 'm.room.aliases': ['aliases'] },
};

export const REDACTION_V8: RedactionRules = {
  ...REDACTION_V6,
  content: { ...REDACTION_V6.content, 'm.room.join_rules': ['join_rule', 'allow'] },
};

export const REDACTION_V9: RedactionRules = {
  ...REDACTION_V8,
  content: { ...REDACTION_V8.content, 'm.room.member': ['membership', 'join_authorised_via_users_server'] },
};

export const REDACTION_V11: RedactionRules = {
  event: EVENT_KEYS_V11,
  content: {
    ...REDACTION_V9.content,
    'm.room.member': ['membership', 'join_authorised_via_users_server', 'third_party_invite.signed'],
    'm.room.create': 'all',
    'm.room.power_levels': [...POWER_LEVELS_V1, 'invite'],
    'm.room.redaction': ['redacts'],
  },
};
