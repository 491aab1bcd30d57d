import { section } from '../mappings.ts';
import { byteSize, duration, flag, wholeNumber } from '../values.ts';

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
    public_downloads: flag({
      default: false,
      description:
        'Whether files are also served without an access token, at the old addresses below /_matrix/media. Only clients from before 2024 need it.',
    }),
    pending_upload_lifetime: duration({ default: '1d', description: 'For how long an announced file may be uploaded.' }),
  },
  { description: 'Files that users upload.' },
);
