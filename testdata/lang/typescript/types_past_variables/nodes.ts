export interface Node {}
export class Other {}
