/**
 * Thrown by a commit that finds that the same request was done before: the transaction is rolled back and the caller gets
 * the result of the first time (https://spec.matrix.org/v1.19/client-server-api/#transaction-identifiers).
 */
export class AlreadyDone<Out> extends Error {
  readonly result: Out;
  constructor(result: Out) {
    super('This request was done before');
    this.result = result;
  }
}
