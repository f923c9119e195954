// @flow strict
export * from './square';
export const area = (side: number): number => (side * side: any);
