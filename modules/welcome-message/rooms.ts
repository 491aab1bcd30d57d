import { MatrixError, type ModuleApi } from 'plexus/module';

/** @returns the room that an id or alias stands for; undefined where an alias leads nowhere */
export async function roomIdOf(api: ModuleApi, idOrAlias: string): Promise<string | undefined> {
  if (!idOrAlias.startsWith('#')) return idOrAlias;
  try {
    return (await api.lookupRoomAlias(idOrAlias)).roomId;
  } catch (error) {
    if (error instanceof MatrixError && error.status === 404) return undefined;
    throw error;
  }
}
