import { Type as t } from '@sinclair/typebox';

/** What may be left out, or be null. */
export const orNull = <S extends Parameters<typeof t.Optional>[0]>(schema: S) => t.Optional(t.Union([schema, t.Null()]));
const strings = t.Record(t.String(), t.String());

/** https://spec.matrix.org/v1.19/client-server-api/#device-keys */
export const deviceKeys = t.Object({
  user_id: t.String(),
  device_id: t.String(),
  algorithms: t.Array(t.String()),
  keys: strings,
  signatures: t.Record(t.String(), strings),
});
/** A plain key, or one that is signed. */
const oneTimeKey = t.Union([t.String(), t.Object({ key: t.String(), signatures: t.Record(t.String(), strings) })]);
/** One-time or fallback keys, by algorithm and id. */
export const namedKeys = t.Record(t.String(), oneTimeKey);
