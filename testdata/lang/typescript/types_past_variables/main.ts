import type { types as t } from './api';
export function read(api: any): t.Node {
    const { types: t } = api;
    const found: t.Node = t.Other();
    let copy: typeof t.Other;
    return found;
}
