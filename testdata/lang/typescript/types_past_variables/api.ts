export * as types from './nodes';
