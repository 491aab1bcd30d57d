import { defineModule, Type } from 'plexus/module';

/** Lets the server clean up in the first hours of the day (UTC) only, and never for more than a moment at once. */
export default defineModule({
  name: 'at-night',
  config: Type.Object({ until: Type.Integer({ minimum: 1, maximum: 24, default: 5 }) }),
  setup(api, { until }) {
    const isNight = (): boolean => new Date(api.clock.now()).getUTCHours() < until;
    api.registerBackgroundUpdateControllerCallbacks({
      async *on_update() {
        while (!isNight()) await api.sleep(60);
        yield 20;
        await api.sleep(1);
      },
      default_batch_size: () => 10,
    });
  },
});
