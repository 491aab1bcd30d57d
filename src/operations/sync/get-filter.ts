import type { UserId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import { notFound } from '../../kernel/errors.ts';
import * as filters from '../../store/filters.ts';
import { defineRead } from '../define.ts';
import { onlyOwn } from '../only-own.ts';

/** https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3useruseridfilterfilterid */
export const getFilter = defineRead({
  name: 'get-filter',
  async prepare(context, who, input: { readonly userId: UserId; readonly filterId: string }): Promise<JsonObject> {
    onlyOwn(who, input.userId, 'The filters');
    const filter = await context.read(() => filters.find(input.userId, input.filterId));
    if (filter === undefined) throw notFound(`You have no filter ${input.filterId}`);
    return filter;
  },
});
