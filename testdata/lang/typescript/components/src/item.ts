export class Item {}
