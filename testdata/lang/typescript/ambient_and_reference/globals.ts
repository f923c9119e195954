export {};
declare global {
  const __VERSION__: string;
  interface Registry {
    entries: string[];
  }
}
