/**
 * The least that two sides need to talk: ordered messages of structured-clonable data, and word when the other
 * side is gone. Adapters for every kind of channel that Hilum uses are in `ports.ts`.
 */
export interface Port {
  /** Sends data. Buffers in `transfer` are moved instead of copied where the channel can; they are then empty here. */
  postMessage(data: unknown, transfer?: readonly ArrayBuffer[]): void
  /** Sets the one receiver. Messages that came before are delivered to it. */
  onMessage(receive: (data: unknown) => void): void
  /** Called once, when either side has closed or the other process is gone. */
  onClose(closed: () => void): void
  close(): void
}
