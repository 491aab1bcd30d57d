import { list, mapping, optional, section } from '../mappings.ts';
import { byteSize, duration, flag, link, wholeNumber } from '../values.ts';

export const media = section(
  {
    max_upload: byteSize({ default: '50MiB', description: 'The largest file that may be uploaded.' }),
    max_pixels: wholeNumber(1, 1_000_000_000, {
      default: 32_000_000,
      description: 'Images with more pixels (width times height) get no thumbnails: unpacking them takes too much memory.',
    }),
    max_pending_uploads: wholeNumber(0, 1000, {
      default: 5,
      description: 'How many files a user may announce before uploading them.',
    }),
    upload_limits: list(
      mapping({
        period: duration({ description: 'The time in which it holds.', example: '1d' }),
        max_size: byteSize({ description: 'How much a user may upload in that time, all files together.', example: '1GiB' }),
        info_uri: optional(link({ description: 'A page that tells users more.' })),
        can_upgrade: flag({ default: false, description: 'Whether users can get a higher limit.' }),
      }),
      {
        default: [],
        description:
          'How much each user may upload over time: max_size in each period, all files together. info_uri is a page that tells users more (without one they are shown the address of this server), can_upgrade says whether they can get a higher limit. Modules may give other limits to some.',
        example: [{ period: '1d', max_size: '1GiB', info_uri: 'https://example.org/limits', can_upgrade: false }],
      },
    ),
    public_downloads: flag({
      default: false,
      description:
        'Whether files are also served without an access token, at the old addresses below /_matrix/media. Only clients from before 2024 need it.',
    }),
    storage: section(
      {
        synchronous: flag({
          default: false,
          description:
            'Whether an upload is answered only once the storage has it, and refused when it does not take it. Otherwise files are copied in the background.',
        }),
        local_max_age: optional(
          duration({
            description: 'Files that the storage has and that nobody has needed for so long are deleted here. Otherwise they stay.',
            example: '30d',
          }),
        ),
        local_max_size: optional(
          byteSize({
            description: 'When the files here are more than that together, those that the storage has are deleted here, the longest unused first.',
            example: '10GiB',
          }),
        ),
      },
      { description: 'Where a module keeps media in a storage elsewhere, too.' },
    ),
    pending_upload_lifetime: duration({ default: '1d', description: 'For how long an announced file may be uploaded.' }),
  },
  { description: 'Files that users upload.' },
);
