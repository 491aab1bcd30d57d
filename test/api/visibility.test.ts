import { expect } from 'chai';
import { RequestFailed } from '../../src/testing/index.ts';
import { difference, expectedOf, ROADS, toldBy, type Road, type Told } from './visibility/roads.ts';
import { forAll, tell, type Room, type Story } from './visibility/story.ts';
import { USER_ROADS, type ToldOf, type UserRoad } from './visibility/user-roads.ts';

/** Membership at the event × history visibility × later membership × every road: `visibility/oracle.ts` says what is right. */
describe('what is seen of a room, by every road', function () {
  this.timeout(30_000);
  let story: Story;
  before(async () => {
    story = await tell();
  });
  after(() => story.server.close());

  async function differencesOn(road: Road, room: Room): Promise<Record<string, unknown>> {
    const differences: Record<string, unknown> = {};
    await forAll(story.casesIn(room), async ([one, user]) => {
      const found = difference(expectedOf(road, one), await toldBy(road, room, user));
      if (found !== undefined) differences[`${room.name}: ${one.way.name}`] = found;
    });
    return differences;
  }

  for (const road of ROADS) {
    it(road.name, async () => {
      const differences = await Promise.all(story.rooms.map((room) => differencesOn(road, room)));
      expect(Object.assign({}, ...differences)).to.deep.equal({});
    });
  }

  for (const road of USER_ROADS) {
    it(road.name, async () => {
      const differences: Record<string, unknown> = {};
      await forAll([...story.users], async ([way, user]) => {
        const told = await toldByUserRoad(road, user, story.since.get(way) ?? '', story);
        for (const room of story.rooms) {
          const one = story.casesIn(room).find(([{ way: other }]) => other === way)?.[0];
          if (one === undefined) continue;
          const found = difference(expectedOf(road, one), typeof told === 'number' ? told : told(one, room));
          if (found !== undefined) differences[`${room.name}: ${way.name}`] = found;
        }
      });
      expect(differences).to.deep.equal({});
    });
  }
});

async function toldByUserRoad(road: UserRoad, ...asked: Parameters<UserRoad['ask']>): Promise<ToldOf | Extract<Told, number>> {
  try {
    return await road.ask(...asked);
  } catch (error) {
    if (error instanceof RequestFailed) return error.status;
    throw error;
  }
}
