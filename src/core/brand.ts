declare const brand: unique symbol;

/** A string that has been checked to be of one kind, so that a room id can never stand where a user id is wanted. */
export type Brand<Name extends string> = string & { readonly [brand]: Name };
