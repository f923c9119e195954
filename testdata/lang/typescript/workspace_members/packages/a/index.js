import { lib } from 'lib';
import { other } from 'other';
export const a = lib + other;
