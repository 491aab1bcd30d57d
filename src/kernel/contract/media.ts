import type { ContractArea } from './line.ts';

export const MEDIA = {
  'upload-media': { gates: ['check_media_file_for_spam'], suspended: 'may-not' },
  'reserve-media': { suspended: 'may-not' },
  'fill-media': { gates: ['check_media_file_for_spam'], suspended: 'may-not' },
  'get-media': {},
  'get-thumbnail': { gates: ['check_media_file_for_spam'] },
  'get-media-config': {},
  'preview-url': { asks: ['check_media_file_for_spam'] },
} as const satisfies ContractArea;
