export class Shape { static round = 1 }
