import { section } from '../mappings.ts';
import { byteSize, wholeNumber } from '../values.ts';

export const inboxes = section(
  {
    max_messages: wholeNumber(100, 1_000_000, { default: 20_000, description: 'How many messages may wait for a device.' }),
    max_bytes: byteSize({ default: '32MiB', description: 'How much they may hold together.' }),
  },
  {
    description:
      'Messages that wait for devices, most of them keys of encrypted rooms. Of what waits for a device that nobody uses any more the oldest are dropped, and the log says so.',
  },
);
