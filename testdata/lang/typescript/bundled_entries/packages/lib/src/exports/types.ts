export type { Shape } from '../types';
