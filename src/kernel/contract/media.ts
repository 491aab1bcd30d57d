import type { ContractArea } from './line.ts';

export const MEDIA = {
  'upload-media': { gates: ['check_media_file_for_spam'] },
  'reserve-media': {},
  'fill-media': { gates: ['check_media_file_for_spam'] },
  'get-media': {},
  'get-thumbnail': { gates: ['check_media_file_for_spam'] },
  'get-media-config': {},
} as const satisfies ContractArea;
