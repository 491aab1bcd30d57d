import { Codes, defineModule, NOT_SPAM, Type } from 'plexus/module';

export default defineModule({
  name: 'quiet-hours',
  version: '1.0.0',
  requires: '0.1',
  config: Type.Object({
    from: Type.Integer({ minimum: 0, maximum: 23, description: 'The hour (UTC) at which it becomes quiet.' }),
    hours: Type.Integer({ minimum: 1, maximum: 23, default: 8 }),
  }),
  setup(api, config) {
    const refused = api.metrics.counter('refused', 'Messages that were sent at night');
    const isQuiet = (): boolean => (new Date(api.clock.now()).getUTCHours() + 24 - config.from) % 24 < config.hours;
    api.registerSpamCheckerCallbacks({
      check_event_for_spam(event) {
        if (event.type !== 'm.room.message' || !isQuiet()) return NOT_SPAM;
        refused.inc();
        return [Codes.FORBIDDEN, { error: 'It is late: go to sleep', 'org.example.from': config.from }];
      },
    });
  },
});
