import type { OperationName } from '../kernel/contract.ts';
import type { Operation, ReadOperation } from '../kernel/operation.ts';
import type { Caller, Requester } from '../kernel/requester.ts';
import type { Context } from './context.ts';

/**
 * Declares an operation that changes something. Its line in the Contract decides which phases it must have
 * (`before`, `gates`, `events`, `listeners`); a missing one does not compile.
 */
export const defineOperation = <N extends OperationName, In, Draft, Out, Who extends Caller = Requester>(
  operation: Operation<N, In, Draft, Out, Who, Context>,
): Operation<N, In, Draft, Out, Who> => operation;

/** Declares an operation that only reads: what it prepares is its result. */
export const defineRead = <N extends OperationName, In, Out, Who extends Caller = Requester>(
  operation: ReadOperation<N, In, Out, Who, Context>,
): ReadOperation<N, In, Out, Who> => operation;
