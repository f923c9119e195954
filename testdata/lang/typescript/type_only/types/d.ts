export class D {}
