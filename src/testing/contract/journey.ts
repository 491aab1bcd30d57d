import type { TestServer } from '../test-server.ts';
import type { Subject } from './subject.ts';

/** What two people do in a minute, over HTTP. The module may refuse any of it. @param names theirs, which nobody has yet */
export async function journey(subject: Subject, server: TestServer, names: readonly [string, string]): Promise<void> {
  const tolerant = <T>(request: Promise<T>): Promise<T | undefined> => subject.tolerant(server, request);
  const [one, other] = [await tolerant(server.register(names[0])), await tolerant(server.user(names[1]))];
  if (one === undefined || other === undefined) return;
  await tolerant(one.setProfile('displayname', names[0]));
  await tolerant(one.searchUsers(names[1]));
  const room = await tolerant(one.createRoom({ name: 'Room', is_direct: true }));
  if (room !== undefined) {
    await tolerant(one.invite(room, other));
    await tolerant(other.join(room));
    const event = await tolerant(other.send(room, 'hello'));
    await tolerant(one.setState(room, 'm.room.topic', { topic: 'Topic' }));
    await tolerant(one.setAlias(`#${names[0]}:localhost`, room));
    await tolerant(one.publish(room));
    if (event !== undefined) await tolerant(other.redact(room, event));
    await tolerant(one.kick(room, other));
  }
  await tolerant(one.upload('bytes'));
  await tolerant(one.setPresence('online'));
  await tolerant(one.setAccountData('org.example.x', {}));
  await tolerant(one.sync());
  await tolerant(server.login({ user: names[0], password: 'secret' }));
  await tolerant(other.logout());
  await server.idle();
}
