import { Type as t } from '@sinclair/typebox';

/** Any JSON object. */
export const anyObject = t.Record(t.String(), t.Unknown());
export const emptyObject = t.Object({});
