export {};
declare global {
  const __VERSION__: string;
}
