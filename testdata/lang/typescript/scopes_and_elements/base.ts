export class Base {}
export interface Shape {}
