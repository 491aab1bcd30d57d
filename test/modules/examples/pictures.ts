import { Codes, NOT_SPAM, type ModuleApi, type ModuleFile } from 'plexus/module';

/** Takes pictures in the form of PNG only, and from guests of the house only small ones. */
export default class Pictures {
  constructor(_config: object, api: ModuleApi) {
    api.registerSpamCheckerCallbacks({
      check_media_file_for_spam: async (file, { thumbnail }) =>
        thumbnail !== undefined || (await isPng(file)) ? NOT_SPAM : [Codes.FORBIDDEN, { error: 'Only PNG pictures, please' }],
    });
    api.registerMediaRepositoryCallbacks({
      is_user_allowed_to_upload_media_of_size: (userId, size) => !userId.startsWith('@guest-') || size < 100_000,
      get_media_upload_limits_for_user: (userId) => (userId.startsWith('@guest-') ? [{ maxBytes: 1_000_000, timePeriodMs: 86_400_000 }] : null),
    });
  }
}

async function isPng(file: ModuleFile): Promise<boolean> {
  for await (const chunk of file.stream()) return Buffer.from(chunk).toString('latin1', 1, 4) === 'PNG';
  return false;
}
