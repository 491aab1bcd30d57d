import type { JsonObject } from '../../core/json.ts';
import type { Requester } from '../../kernel/requester.ts';
import { defineRead } from '../define.ts';

/** https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1mediaconfig */
export const getMediaConfig = defineRead({
  name: 'get-media-config',
  async prepare(context, who: Requester, _input: undefined, ask): Promise<JsonObject> {
    return (await ask('get_media_config_for_user', who.userId)) ?? { 'm.upload.size': context.config.media.max_upload };
  },
});
