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
} as const satisfies ContractArea;
