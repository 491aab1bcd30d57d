import { deviceListNews } from '../../engine/encryption/device-list-news.ts';
import type { Section } from '../section.ts';

/** Whose keys changed, in an incremental sync only: https://spec.matrix.org/v1.19/client-server-api/#e2e-extensions-to-sync */
export const deviceListsSection: Section = function* (request) {
  const { viewer, since, wokenRooms: rooms } = request;
  if (since === undefined) return undefined;
  const user = request.mayHaveChanged(`user:${viewer.userId}`);
  if (rooms.length === 0 && !user) return undefined;
  const { changed, left } = yield* deviceListNews(viewer.userId, since.stream, { rooms, user });
  if (changed.length === 0 && left.length === 0) return undefined;
  return { body: { device_lists: { changed, left } }, isNews: true };
};
