import { Codes, ConfigError, NOT_SPAM, type ModuleApi } from 'plexus/module';

export default class Invitations {
  static parseConfig(config: { per_day?: unknown }): { per_day: number } {
    if (typeof config.per_day !== 'number') throw new ConfigError('per_day must be a number', ['per_day']);
    return { per_day: config.per_day };
  }

  constructor(config: { per_day: number }, api: ModuleApi) {
    const sent = new Map<string, number>();
    api.registerSpamCheckerCallbacks({
      async user_may_invite(inviter) {
        if (!api.isMine(inviter) || (await api.isUserAdmin(inviter))) return NOT_SPAM;
        sent.set(inviter, (sent.get(inviter) ?? 0) + 1);
        if ((sent.get(inviter) ?? 0) > config.per_day) return [Codes.LIMIT_EXCEEDED, { error: 'Enough for today' }];
        return NOT_SPAM;
      },
    });
    api.loopingBackgroundCall(() => sent.clear(), 24 * 60 * 60 * 1000);
  }
}
