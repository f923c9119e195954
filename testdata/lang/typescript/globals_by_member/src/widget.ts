export {};
declare global {
  interface Widget { id: number }
}
