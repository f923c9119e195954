export class I {}
export interface J {}
