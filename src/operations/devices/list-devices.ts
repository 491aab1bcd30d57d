import * as devices from '../../store/devices.ts';
import { defineRead } from '../define.ts';

/** https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3devices */
export const listDevices = defineRead({
  name: 'list-devices',
  prepare: (context, who, _input: undefined) => context.read(() => devices.listFor(who.userId)),
});
