import { defineRead } from '../define.ts';

/** https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1mediaconfig */
export const getMediaConfig = defineRead({
  name: 'get-media-config',
  prepare: (context, _who, _input: undefined) => ({ maxUpload: context.config.media.max_upload }),
});
