/** Stages that have to be completed in this order. */
export type Flow = readonly string[];
type Completed = readonly (readonly [stage: string, result: unknown])[];

/** Whether a flow begins with all completed stages, in order. */
const follows = (flow: Flow, completed: Completed): boolean => completed.every(([stage], index) => flow[index] === stage);

/** Whether a stage is what some flow wants after those that are completed. */
export const isNext = (type: string, flows: readonly Flow[], completed: Completed): boolean =>
  flows.some((flow) => follows(flow, completed) && flow[completed.length] === type);

/** Whether all stages of a flow are completed. */
export const isComplete = (flows: readonly Flow[], completed: Completed): boolean =>
  flows.some((flow) => flow.length === completed.length && follows(flow, completed));
