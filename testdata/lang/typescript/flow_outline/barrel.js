// @flow
export type { Id } from './id';
export { make } from './id';
