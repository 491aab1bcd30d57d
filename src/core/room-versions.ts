/** One version of the rules of a room: https://spec.matrix.org/v1.19/rooms/ */
export interface RoomVersion {
  readonly id: string;
}
