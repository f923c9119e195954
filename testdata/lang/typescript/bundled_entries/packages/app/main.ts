import type { Shape } from '@x/lib/types';
import { parse } from '@x/lib/parse';
import { quick } from '@x/lib/fast';
import { gone } from '@x/lib/gone';
export const all: Shape[] = [parse, quick, gone];
