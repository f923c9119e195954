export type Entries = Registry;
