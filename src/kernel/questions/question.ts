/** What the server asks its modules: what it hands them, and what it goes on with. */
export interface Question<Args extends readonly unknown[], Answer> {
  readonly args: Args;
  readonly answer: Answer;
}

/** A gate: the answer is silence, or a MatrixError is thrown. */
export type Gate<Args extends readonly unknown[]> = Question<Args, void>;
