import { notFound } from '../../kernel/errors.ts';
import * as dehydratedDevices from '../../store/dehydrated-devices.ts';
import type { DehydratedDevice } from '../../store/dehydrated-devices.ts';
import { defineRead } from '../define.ts';

/** The dehydrated device of the user: https://github.com/matrix-org/matrix-spec-proposals/pull/3814 @throws M_NOT_FOUND */
export const getDehydratedDevice = defineRead({
  name: 'get-dehydrated-device',
  async prepare(context, { userId }, _input: undefined): Promise<DehydratedDevice> {
    const found = await context.read(() => dehydratedDevices.find(userId));
    if (found === undefined) throw notFound('You have no dehydrated device');
    return found;
  },
});
