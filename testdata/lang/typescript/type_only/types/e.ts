export class E {}
