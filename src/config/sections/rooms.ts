import { DEFAULT_ROOM_VERSION } from '../../core/room-versions.ts';
import { section } from '../mappings.ts';
import { roomVersion } from '../values.ts';

export const rooms = section(
  { default_version: roomVersion({ default: DEFAULT_ROOM_VERSION, description: 'The version of new rooms, where the client asks for none.' }) },
  { description: 'What holds for rooms.' },
);
