import { ConfigError, Type, type Static } from 'plexus/module';

export const Config = Type.Object(
  {
    base_urls: Type.Record(Type.String(), Type.String(), {
      default: {},
      description: 'Where policy servers are, by their names; those that are not named are found as all servers are.',
    }),
    timeout: Type.Union([Type.String(), Type.Integer()], {
      default: '4s',
      description: 'How long a policy server may think about an event; less than the time that the server gives the module.',
    }),
    pause: Type.Union([Type.String(), Type.Integer()], {
      default: '5s',
      description: 'For how long a policy server that gave no answer is not asked again. Events are refused at once meanwhile.',
    }),
  },
  { additionalProperties: false },
);
export type PolicyServerConfig = Static<typeof Config>;

/** @throws ConfigError */
export function baseUrlsOf({ base_urls: written }: PolicyServerConfig): ReadonlyMap<string, string> {
  for (const [name, url] of Object.entries(written)) {
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
      throw new ConfigError('must be an address with http:// or https://', ['base_urls', name]);
  }
  return new Map(Object.entries(written));
}
