import type { ContractArea } from './line.ts';

/** A limit is asked about before the file is received; who is told of it is told instead of everything that follows. */
const UPLOAD = {
  asks: ['is_user_allowed_to_upload_media_of_size', 'get_media_upload_limits_for_user'],
  gates: ['check_media_file_for_spam'],
  listeners: ['on_media_upload_limit_exceeded'],
  suspended: 'may-not',
} as const;

export const MEDIA = {
  'upload-media': UPLOAD,
  'reserve-media': { suspended: 'may-not' },
  'fill-media': UPLOAD,
  'get-media': {},
  'get-thumbnail': { gates: ['check_media_file_for_spam'] },
  'get-media-config': { asks: ['get_media_config_for_user'] },
  'preview-url': { asks: ['check_media_file_for_spam'] },
  'delete-media': {},
  'get-media-storage': {},
  // What the server does of its own accord, or in the middle of what somebody asked for, where modules keep media:
  'identify-media-storage': { asks: ['get_media_storage_id'] },
  'use-media-storage': {},
  'take-up-media': {},
  'copy-media-file': { asks: ['has_media_file', 'store_media_file'] },
  'store-media-file': { asks: ['has_media_file', 'store_media_file'] },
  'give-up-media-file': {},
  'fetch-media-file': { asks: ['fetch_media_file'] },
  'delete-media-file': { asks: ['delete_media_file'] },
  'note-media-used': {},
  'evict-media-files': { asks: ['has_media_file'] },
} as const satisfies ContractArea;
