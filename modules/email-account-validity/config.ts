import { ConfigError, parseDuration, Type, type Static } from 'plexus/module';

const duration = (description: string) => Type.Union([Type.String(), Type.Integer()], { description });

export const Config = Type.Object(
  {
    period: duration('For how long an account is valid, from its registration or its renewal on.'),
    renew_at: Type.Array(duration('How long before.'), {
      default: ['7d', '1d'],
      description: 'How long before an account expires its owner is sent a mail: one mail for each.',
    }),
    send_links: Type.Boolean({ default: true, description: 'Whether the module sends mails of its own accord; users can ask for one in any case.' }),
    subject: Type.Optional(Type.String({ minLength: 1, description: 'The subject of the mails.' })),
    templates: Type.Optional(
      Type.String({ minLength: 1, description: 'A folder (its full path) with templates that take the place of the module’s own.' }),
    ),
  },
  { additionalProperties: false },
);

/** The configuration with its durations in ms. */
export interface Settings {
  readonly period: number;
  /** How long before the expiry mails are sent, the shortest first. */
  readonly reminders: readonly number[];
}

/** @throws ConfigError */
export function settingsOf(config: Static<typeof Config>): Settings {
  const period = parseDuration(config.period, ['period']);
  if (period === 0) throw new ConfigError('must be longer than nothing', ['period']);
  const reminders = config.renew_at.map((one, index) => reminderAt(one, period, ['renew_at', index]));
  return { period, reminders: config.send_links ? [...new Set(reminders)].toSorted((a, b) => a - b) : [] };
}

/** A mail that is due at once after every renewal would be sent for ever. */
function reminderAt(written: string | number, period: number, path: readonly (string | number)[]): number {
  const reminder = parseDuration(written, path);
  if (reminder >= period) throw new ConfigError('must be shorter than the period', path);
  return reminder;
}
