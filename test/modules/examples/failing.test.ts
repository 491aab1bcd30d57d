import { boot } from 'plexus/testing';
import linkChecker from './link-checker.ts';

describe('link-checker, when it fails', () => {
  for (const on_error of ['deny', 'allow'] as const) {
    it(`does what on_error: ${on_error} says`, async () => {
      const server = await boot({ clock: 'fake', modules: [{ module: linkChecker, config: { key: 'secret' }, on_error }] });
      const alice = await server.user('alice');
      const room = await alice.createRoom();
      for (const fault of ['throw', 'hang', 'never-settle', 'wrong-shape'] as const) {
        await server.faults.expectPolicy('check_event_for_spam', fault, () => alice.send(room, 'hello'));
      }
      await server.close();
    });
  }
});
