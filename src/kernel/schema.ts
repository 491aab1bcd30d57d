import type { Static, TSchema } from '@sinclair/typebox';

/** Schemas are TypeBox schemas: JSON Schema for ajv, a type for the compiler. */
export type Schema = TSchema;
export type Infer<S extends TSchema> = Static<S>;
